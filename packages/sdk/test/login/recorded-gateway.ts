import type { ServerResponse } from "node:http";
import { type LocalServer, localServer, type ReceivedRequest } from "../helpers/local-server.ts";
import type { RecordedForm, RecordedStep } from "./recordings.ts";

/** A gateway that answers one recorded exchange after the other, and notes where a client does something else. */
export interface RecordedGateway {
  readonly server: LocalServer;
  /** What the client did otherwise than the one that was recorded. */
  readonly complaints: readonly string[];
  /** How many exchanges are left. */
  left(): number;
  /** Values that must not be shown anywhere: of cookies, and of queries. */
  secrets(): readonly string[];
}

/** What was cut when it was recorded, filled up to its length. Cookies of oauth2-proxy hold `|` and `=`. */
function whole(value: string, seed: string): string {
  const cut = /^(.*?)\.\.\.\((\d+)\)$/s.exec(value);
  if (cut === null) return value;
  const [, begin = "", length = "0"] = cut;
  return (begin + seed.repeat(400)).slice(0, Number(length));
}

const valueOfCookie = (name: string, bytes: number) =>
  `${`${name.length}|${"djEtsecretcookie=".repeat(600)}`.slice(0, bytes - 1)}=`;

const queryOf = (query: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, whole(value, `${name}Secret`)]),
  ).toString();

const reference = ({ path, query }: { path: string; query?: Readonly<Record<string, string>> }) => {
  const text = queryOf(query);
  return path + (text === "" ? "" : `?${text}`);
};

const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/**
 * Starts one.
 *
 * @param steps - In their order. What leads from one to the next (a redirection, a form, a link) is made to fit, so that
 * parts of several recordings can be put together.
 * @param health - What the API answers at the end, with the cookies of the last step and without.
 */
export async function recordedGateway(
  steps: readonly RecordedStep[],
  health: { readonly path: string; readonly answer: RecordedStep },
): Promise<RecordedGateway> {
  const complaints: string[] = [];
  const secrets = new Set<string>();
  const jar = new Map<string, string>();
  let next = 0;
  const server = await localServer((request, response) => {
    const step = steps[next];
    if (step === undefined) {
      if (next > steps.length || request.url !== health.path) {
        complaints.push(`something more: ${request.method} ${request.url}`);
      }
      next += 1;
      compareCookies(request, [...jar.keys()]);
      return answer(response, health.answer, undefined);
    }
    next += 1;
    compare(request, step);
    answer(response, step, steps[next]);
  });

  function compare(request: ReceivedRequest, step: RecordedStep): void {
    const { method, path, query, cookies, form } = step.request;
    const want = `${method} ${reference({ path, query })}`;
    const url = new URL(request.url, server.origin);
    const got = `${request.method} ${url.pathname}${url.search === "" ? "" : `?${new URLSearchParams(url.search)}`}`;
    if (want !== got) complaints.push(`${got} instead of ${want}`);
    compareCookies(request, cookies);
    const fields = [...new URLSearchParams(request.body).keys()];
    if (form !== undefined && fields.join() !== form.join()) complaints.push(`${want}: the fields ${fields.join()}`);
  }

  function compareCookies(request: ReceivedRequest, names: readonly string[]): void {
    const got = (request.headers.cookie ?? "").split("; ").filter((one) => one !== "");
    const want = names.map((name) => `${name}=${jar.get(name) ?? "(never set)"}`);
    if (got.sort().join("; ") === want.sort().join("; ")) return;
    complaints.push(
      `${request.method} ${request.url}: ${got.map((one) => one.split("=")[0]).join()} instead of ${names}`,
    );
  }

  function answer(response: ServerResponse, step: RecordedStep, after: RecordedStep | undefined): void {
    const setCookies = (step.set_cookie ?? []).map(({ name, value_bytes, cleared, attributes }) => {
      const value = cleared ? "" : valueOfCookie(name, value_bytes);
      if (cleared) jar.delete(name);
      else secrets.add(value);
      if (!cleared) jar.set(name, value);
      const kept = attributes.map((one) =>
        one.startsWith("Expires=") && !cleared ? `Expires=${new Date(Date.now() + 864e5).toUTCString()}` : one,
      );
      return [`${name}=${value}`, ...kept].join("; ");
    });
    const { content_type: type, status, location, body } = step;
    const to = location === undefined ? undefined : reference(after?.request ?? location);
    for (const value of new URLSearchParams(to?.split("?")[1])) if (value[1].length > 24) secrets.add(value[1]);
    response.writeHead(status, {
      ...(type !== null && { "content-type": type }),
      ...(to !== undefined && { location: to }),
      ...(setCookies.length > 0 && { "set-cookie": setCookies }),
    });
    response.end(step.page === undefined ? (body ?? "") : pageOf(step, after));
  }

  return { server, complaints, left: () => steps.length - next, secrets: () => [...secrets] };
}

/** A page that holds what was recorded of it. */
function pageOf({ page, request }: RecordedStep, after: RecordedStep | undefined): string {
  const forms = (page?.forms ?? []).map((form) => htmlOf(form, request.path, after));
  const links = (page?.links ?? []).map((link) => {
    const isNext = link.path === after?.request.path;
    return `<a href="${escaped(reference(isNext && after !== undefined ? after.request : link))}">${link.path}</a>`;
  });
  const alert = page?.error_text === undefined ? "" : `<div class="dex-error-box">${escaped(page.error_text)}</div>`;
  return `<!DOCTYPE html><html><head><title>${page?.title ?? ""}</title></head>
    <body><p>${escaped(page?.text ?? "")}</p>${alert}${forms.join("\n")}${links.join("\n")}</body></html>`;
}

function htmlOf({ method, action, fields }: RecordedForm, page: string, after: RecordedStep | undefined): string {
  const leads = after?.request.path === (action?.path ?? page);
  const to = leads && after !== undefined && method.toUpperCase() === "POST" ? after.request : action;
  const inner = fields.map(({ tag, name, type, value }) => {
    const wanted = leads && name === "rd" ? after?.request.query.rd : undefined;
    const attributes = Object.entries({ name, type, value: wanted ?? value })
      .filter((entry): entry is [string, string] => entry[1] !== null)
      .map(([key, text]) => ` ${key}="${escaped(whole(text, "fieldSecret"))}"`);
    return tag === "input" ? `<input${attributes.join("")}>` : `<${tag}${attributes.join("")}>go</${tag}>`;
  });
  const goes = action === null || to === null ? "" : ` action="${escaped(reference(to))}"`;
  return `<form method="${method}"${goes}>${inner.join("")}</form>`;
}
