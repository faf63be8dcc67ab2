import { badOption } from "../errors/bad-argument.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { CredentialsDescription, CredentialsKind, SecretReference } from "./credentials-description.ts";
import { isJwt } from "./token-file.ts";

/** How the value of a key is read; `where` is its path, for errors. */
type Reader = (value: unknown, where: string) => unknown;

/** The keys of one kind. */
type Keys = Readonly<Record<string, { readonly read: Reader; readonly required?: true }>>;

const required = true;

const keysOf: Readonly<Record<CredentialsKind, Keys>> = {
  "dex-password": {
    username: { read: word, required },
    password: { read: secret, required },
    connector: { read: word },
    loginOrigins: { read: listOf(origin) },
  },
  "bearer-token": { token: { read: secret, required } },
  cookies: { cookies: { read: secret, required } },
  command: { command: { read: programAndArguments, required }, interactive: { read: yesOrNo } },
  browser: {
    issuer: { read: address },
    clientId: { read: word },
    scopes: { read: listOf(word) },
    port: { read: port },
  },
  "service-account-token": { path: { read: path } },
  kubernetes: {
    serviceAccount: { read: word, required },
    namespace: { read: word },
    context: { read: word },
    audience: { read: word },
    kubeconfig: { read: path },
  },
  session: { username: { read: word } },
};

/**
 * Reads a description of credentials from a configuration: from JSON or YAML, or whatever a program has.
 *
 * @param value - What the configuration has there.
 * @param where - What the place is called, for errors. @default "credentials"
 * @throws KfpError BAD_OPTION, which names the key that is wrong. A secret that stands in the description itself is refused
 * and not repeated.
 *
 * @example
 * import { readCredentialsDescription } from "@kfp-ts/sdk";
 *
 * const text = '{ "kind": "bearer-token", "token": { "env": "KFP_TOKEN" } }';
 * console.log(readCredentialsDescription(JSON.parse(text)).kind);
 */
export function readCredentialsDescription(value: unknown, where = "credentials"): CredentialsDescription {
  const kinds = Object.keys(keysOf).join(", ");
  if (typeof value === "string") throw literal(where);
  const given = record(value, where, `It is an object with the key kind, one of: ${kinds}.`);
  const { kind } = given;
  if (typeof kind !== "string" || !Object.hasOwn(keysOf, kind)) {
    throw badOption(
      kind === undefined ? `${where} has no kind.` : `${where}.kind is ${shown(kind)}, which is none.`,
      `There are: ${kinds}.`,
    );
  }
  const keys = keysOf[kind as CredentialsKind];
  const read: Record<string, unknown> = { kind };
  for (const key of Object.keys(given)) {
    if (key === "kind") continue;
    const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (known === undefined) throw unknownKey(`${where}.${shownKey(key)}`, kind, Object.keys(keys));
    // Written down empty, as YAML has it, is not written down.
    if (given[key] !== undefined && given[key] !== null) read[key] = known.read(given[key], `${where}.${key}`);
  }
  for (const [key, known] of Object.entries(keys)) {
    if (known.required && read[key] === undefined) {
      throw badOption(`${where}.${key} is missing; credentials of kind ${kind} need it.`, exampleOf(known.read));
    }
  }
  return read as unknown as CredentialsDescription;
}

/**
 * Reads a reference to a secret.
 *
 * @throws KfpError BAD_OPTION
 */
export function readSecretReference(value: unknown, where: string): SecretReference {
  if (typeof value === "string" || typeof value === "number") throw literal(where);
  const given = record(value, where, REFERENCE);
  const [key, ...more] = Object.keys(given);
  if (key === undefined || more.length > 0) {
    throw badOption(`${where} has ${key === undefined ? "no key" : "several keys"}; it has one of three.`, REFERENCE);
  }
  if (key === "env") {
    const name = given.env;
    if (typeof name === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { env: name };
    throw badOption(`${where}.env is no name of an environment variable.`, REFERENCE);
  }
  if (key === "file") return { file: path(given.file, `${where}.file`) };
  if (key === "command") return { command: programAndArguments(given.command, `${where}.command`) };
  if (key === "value" || key === "literal" || key === "text") throw literal(where);
  throw unknownKey(`${where}.${shownKey(key)}`, undefined, ["env", "file", "command"]);
}

const REFERENCE =
  'Say where the secret is: { env: "KFP_PASSWORD" }, { file: "~/.config/kubeflow/password" } or { command: ["pass", "show", "kubeflow"] }';

function literal(where: string): KfpError {
  return badOption(`${where} is a text; a secret never stands in a configuration itself.`, REFERENCE);
}

function unknownKey(where: string, kind: string | undefined, known: readonly string[]): KfpError {
  const whose = kind === undefined ? "a reference to a secret has" : `credentials of kind ${kind} have`;
  const list = known.length === 0 ? "none but kind" : known.join(", ");
  return badOption(`${where} is no key that ${whose}.`, `Correct or remove it; there are: ${list}.`);
}

function exampleOf(read: Reader): string | undefined {
  return read === secret ? REFERENCE : undefined;
}

function secret(value: unknown, where: string): SecretReference {
  return readSecretReference(value, where);
}

function word(value: unknown, where: string): string {
  if (typeof value !== "string" || value.trim() === "" || hasControls(value)) {
    throw badOption(`${where} is no text of one line.`);
  }
  return notToken(value, where);
}

function path(value: unknown, where: string): string {
  const text = word(value, where);
  if (/^(\/|~[/\\]|[A-Za-z]:[/\\]|\\\\)/.test(text)) return text;
  throw badOption(`${where} is no absolute path.`, "Write it whole, or from the home folder: ~/.config/kubeflow/token");
}

function programAndArguments(value: unknown, where: string): readonly string[] {
  const example = 'The program and its arguments, each by itself: ["pass", "show", "kubeflow"]';
  if (typeof value === "string") throw badOption(`${where} is a text; no shell reads it.`, example);
  if (!Array.isArray(value) || value.length === 0) throw badOption(`${where} is no list of texts.`, example);
  return value.map((one: unknown, index) => {
    if (typeof one !== "string" || one.includes("\0") || (index === 0 && one.trim() === "")) {
      throw badOption(`${where}[${index}] is no text.`, example);
    }
    return notToken(one, `${where}[${index}]`);
  });
}

function yesOrNo(value: unknown, where: string): boolean {
  if (typeof value === "boolean") return value;
  throw badOption(`${where} is neither true nor false.`);
}

function port(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw badOption(`${where} is no port: a whole number up to 65535; 0 takes any that is free.`);
}

function address(value: unknown, where: string): string {
  const text = word(value, where);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw badOption(`${where} is no http or https URL without a user in it.`);
  }
  return text;
}

function origin(value: unknown, where: string): string {
  const url = new URL(address(value, where));
  if (url.pathname === "/" && url.search === "" && url.hash === "") return url.origin;
  throw badOption(`${where} is more than an origin.`, `Leave out what stands behind the host: ${url.origin}`);
}

function listOf<T>(read: (value: unknown, where: string) => T): (value: unknown, where: string) => readonly T[] {
  return (value, where) => {
    if (!Array.isArray(value)) throw badOption(`${where} is no list.`);
    return value.map((one: unknown, index) => read(one, `${where}[${index}]`));
  };
}

function notToken(text: string, where: string): string {
  if (!isJwt(text)) return text;
  throw badOption(`${where} is a token itself; a secret never stands in a configuration.`, REFERENCE);
}

function record(value: unknown, where: string, fix: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badOption(`${where} is no object.`, fix);
  return value as Readonly<Record<string, unknown>>;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** A word that somebody mistyped; anything else may be a secret at the wrong place. */
function shown(value: unknown): string {
  return typeof value === "string" && /^[\w-]{1,30}$/.test(value) ? JSON.stringify(value) : "something else";
}

function shownKey(key: string): string {
  return /^[\w-]{1,40}$/.test(key) ? key : "(a key that is not repeated here)";
}
