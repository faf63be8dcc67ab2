import type { DefaultTreeAdapterMap } from "parse5";

type Node = DefaultTreeAdapterMap["childNode"];
type Element = DefaultTreeAdapterMap["element"];

/** A page of a login, as far as a login needs it. What it holds is a stranger's: nothing of it is trusted. */
export interface Page {
  readonly url: string;
  readonly title: string;
  /** The text that people would read. */
  readonly text: string;
  /** What is marked as an alert, such as that a password is wrong; empty where nothing is. */
  readonly alert: string;
  readonly forms: readonly PageForm[];
  /** Whole URLs. */
  readonly links: readonly string[];
}

/** A form of a page. */
export interface PageForm {
  /** `GET` or `POST`. */
  readonly method: string;
  /** A whole URL. */
  readonly action: string;
  /** In the order of the page. */
  readonly fields: readonly FormField[];
}

/** A field of a form that has a name. */
export interface FormField {
  readonly name: string;
  /** In lower case: `text`, `password`, `hidden`, `checkbox`, `submit`… */
  readonly type: string;
  readonly value: string;
  /** Whether it is sent as it stands: boxes that are not ticked, and buttons that are not pressed, are not. */
  readonly sent: boolean;
}

/** No page of a login has more; a page of a stranger may. */
const MOST_LINKS = 200;
const MOST_FIELDS = 500;

/** Reads a page as a browser without scripts would. Broken markup is no error. */
export async function readPage(url: string, html: string): Promise<Page> {
  const { parse } = await import("parse5");
  const reading = new Reading(url);
  reading.walk(parse(html, { scriptingEnabled: false }).childNodes);
  return reading.page();
}

interface OpenForm {
  readonly id: string | undefined;
  readonly method: string;
  readonly action: string;
  readonly fields: FormField[];
}

interface Place {
  readonly node: Node;
  readonly form: OpenForm | undefined;
  readonly inAlert: boolean;
}

class Reading {
  readonly #url: string;
  #base: string;
  #title = "";
  readonly #text: string[] = [];
  readonly #alert: string[] = [];
  readonly #forms: OpenForm[] = [];
  readonly #links: string[] = [];
  #fields = 0;

  constructor(url: string) {
    this.#url = url;
    this.#base = url;
  }

  /** Without recursion: a page can be nested as deep as it is long. */
  walk(nodes: readonly Node[]): void {
    const open: Place[] = nodes.map((node) => ({ node, form: undefined, inAlert: false })).reverse();
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const { node } = place;
      if ("value" in node) this.#read(node.value, place.inAlert);
      if (!("tagName" in node)) continue;
      if (["script", "style", "template", "svg"].includes(node.tagName)) continue;
      const form = this.#enter(node, place.form);
      if (node.tagName === "title" || node.tagName === "select" || node.tagName === "textarea") continue;
      const inAlert = place.inAlert || isAlert(node);
      for (const child of [...node.childNodes].reverse()) open.push({ node: child, form, inAlert });
    }
  }

  page(): Page {
    const forms = this.#forms.map(({ method, action, fields }) => ({ method, action, fields }));
    return {
      url: this.#url,
      title: oneLine(this.#title),
      text: oneLine(this.#text.join(" ")),
      alert: oneLine(this.#alert.join(" ")),
      forms,
      links: this.#links,
    };
  }

  #read(text: string, inAlert: boolean): void {
    this.#text.push(text);
    if (inAlert) this.#alert.push(text);
  }

  /** Takes what an element says, and gives the form to which what is inside belongs. */
  #enter(element: Element, form: OpenForm | undefined): OpenForm | undefined {
    switch (element.tagName) {
      case "title":
        this.#title ||= textOf(element);
        break;
      case "base":
        this.#base = this.#resolved(attribute(element, "href") ?? "") ?? this.#base;
        break;
      case "a":
        this.#addLink(attribute(element, "href"));
        break;
      case "form":
        return this.#openForm(element);
      default:
        this.#addField(element, form);
    }
    return form;
  }

  #resolved(reference: string): string | undefined {
    return URL.canParse(reference, this.#base) ? new URL(reference, this.#base).href : undefined;
  }

  #addLink(reference: string | undefined): void {
    const link = reference === undefined || this.#links.length >= MOST_LINKS ? undefined : this.#resolved(reference);
    if (link !== undefined) this.#links.push(link);
  }

  #openForm(element: Element): OpenForm | undefined {
    const given = attribute(element, "action")?.trim() ?? "";
    // A form without an action goes back to the page itself, with its query: Dex's approval needs that.
    const action = given === "" ? this.#url : this.#resolved(given);
    if (action === undefined) return undefined;
    const method = attribute(element, "method")?.trim().toUpperCase() === "POST" ? "POST" : "GET";
    const form = { id: attribute(element, "id"), method, action, fields: [] };
    this.#forms.push(form);
    return form;
  }

  #addField(element: Element, around: OpenForm | undefined): void {
    const field = fieldOf(element);
    if (field === undefined || this.#fields >= MOST_FIELDS) return;
    const id = attribute(element, "form");
    const form = id === undefined ? around : this.#forms.find((one) => one.id === id);
    if (form === undefined) return;
    this.#fields += 1;
    form.fields.push(field);
  }
}

function fieldOf(element: Element): FormField | undefined {
  const name = attribute(element, "name") ?? "";
  if (name === "" || attribute(element, "disabled") !== undefined) return undefined;
  switch (element.tagName) {
    case "input": {
      const type = (attribute(element, "type") ?? "text").trim().toLowerCase() || "text";
      const isBox = type === "checkbox" || type === "radio";
      const sent = isBox
        ? attribute(element, "checked") !== undefined
        : !["submit", "button", "image", "reset", "file"].includes(type);
      return { name, type, value: attribute(element, "value") ?? (isBox ? "on" : ""), sent };
    }
    case "button": {
      const type = (attribute(element, "type") ?? "submit").trim().toLowerCase();
      return { name, type, value: attribute(element, "value") ?? "", sent: false };
    }
    case "textarea":
      return { name, type: "textarea", value: textOf(element), sent: true };
    case "select":
      return { name, type: "select", value: chosen(element), sent: true };
    default:
      return undefined;
  }
}

function chosen(select: Element): string {
  const options = select.childNodes.filter((node): node is Element => "tagName" in node && node.tagName === "option");
  const option = options.find((one) => attribute(one, "selected") !== undefined) ?? options[0];
  return option === undefined ? "" : (attribute(option, "value") ?? oneLine(textOf(option)));
}

/** What themes mark their complaints with: Dex has `dex-error-box`, others `alert`, `role="alert"` or `kc-feedback-text`. */
function isAlert(element: Element): boolean {
  return (
    attribute(element, "role") === "alert" ||
    /(^|[\s_-])(error|errors|alert|invalid|feedback)([\s_-]|$)/i.test(attribute(element, "class") ?? "")
  );
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

function textOf(element: Element): string {
  return element.childNodes.map((node) => ("value" in node ? node.value : "")).join("");
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
