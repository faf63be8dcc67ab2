import type { FormField, Page, PageForm } from "./page.ts";

/** What a page of a login wants. */
export type PageKind =
  /** The page of oauth2-proxy with a button, which begins the login. */
  | { readonly kind: "sign-in"; readonly form: PageForm }
  /** Dex' list of connectors: the URL of each, by its id. */
  | { readonly kind: "chooser"; readonly connectors: ReadonlyMap<string, string> }
  /** A form for a name and a password. */
  | { readonly kind: "password"; readonly form: PageForm; readonly name: FormField; readonly password: FormField }
  /** A form for a password that cannot be filled in, and why. */
  | { readonly kind: "unusable"; readonly why: string }
  /** Dex' question whether the gateway may know who one is. */
  | { readonly kind: "approval"; readonly form: PageForm }
  | { readonly kind: "other" };

/**
 * Says what a page wants, by how it is made and never by its words: themes and languages change those.
 */
export function kindOf(page: Page): PageKind {
  const start = page.forms.find(isStart);
  if (start !== undefined) return { kind: "sign-in", form: start };
  const asking = page.forms.find(({ fields }) => fields.some(({ type }) => type === "password"));
  if (asking !== undefined) return passwordForm(asking);
  const approval = page.forms.find(({ fields }) => hiddenValue(fields, "approval") === "approve");
  if (approval !== undefined) return { kind: "approval", form: approval };
  const connectors = connectorsOf(page);
  return connectors.size > 0 ? { kind: "chooser", connectors } : { kind: "other" };
}

/** The connector to which a page of Dex belongs, by its URL: `…/auth/<id>/login`. */
export function connectorOf(url: string): string | undefined {
  const id = /\/auth\/([^/]+)\/login\/?$/.exec(new URL(url).pathname)?.[1];
  return id === undefined ? undefined : decoded(id);
}

/** oauth2-proxy serves `…/start` below whatever prefix it was given, and wants to know where to go afterwards (`rd`). */
function isStart({ action, fields }: PageForm): boolean {
  return /\/start\/?$/.test(new URL(action).pathname) && !fields.some(({ type }) => type === "password");
}

function passwordForm(form: PageForm): PageKind {
  const [password, ...more] = form.fields.filter(({ type }) => type === "password");
  if (password === undefined || more.length > 0) {
    return { kind: "unusable", why: "it asks for several passwords, as pages do on which one changes it" };
  }
  if (form.method !== "POST") return { kind: "unusable", why: "its form would put the password into the URL" };
  const before = form.fields.slice(0, form.fields.indexOf(password)).filter(isForName);
  const name = before.at(-1) ?? form.fields.find(isForName);
  if (name === undefined) return { kind: "unusable", why: "it has no field for the name of a user" };
  return { kind: "password", form, name, password };
}

function isForName({ type }: FormField): boolean {
  return type === "text" || type === "email" || type === "tel" || type === "search";
}

function hiddenValue(fields: readonly FormField[], name: string): string | undefined {
  return fields.find((field) => field.name === name && field.type === "hidden")?.value;
}

/** Dex' chooser stands at `…/auth` and links to `…/auth/<id>`; below which path does not matter. */
function connectorsOf({ url, links }: Page): ReadonlyMap<string, string> {
  const here = new URL(url);
  const base = here.pathname.replace(/\/$/, "");
  const connectors = new Map<string, string>();
  if (!base.endsWith("/auth")) return connectors;
  for (const link of links) {
    const { origin, pathname } = new URL(link);
    const id = pathname.startsWith(`${base}/`) ? pathname.slice(base.length + 1).replace(/\/$/, "") : "";
    if (origin === here.origin && id !== "" && !id.includes("/")) connectors.set(decoded(id), link);
  }
  return connectors;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
