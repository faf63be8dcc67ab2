import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { FilterParser } from "ldapts";
import { ObjectError } from "../../../objects/object-error.ts";
import { readText } from "../../../objects/object-files.ts";
import { type Flaw, isObject, type Path, readShape } from "../../../objects/shape.ts";
import { readYaml } from "../../../objects/yaml-documents.ts";
import type { Environment } from "../static-passwords/read-users.ts";
import type {
  GroupSearch,
  LdapConfiguration,
  Protection,
  Scope,
  UserMatcher,
  UserSearch,
} from "./ldap-configuration.ts";
import { type LdapFields, ldapShape } from "./ldap-shape.ts";

/** Says what is wrong with a field of the configuration. */
type Wrong = (message: string, ...field: readonly (string | number)[]) => void;

/**
 * Reads how a directory is asked, in the words of Dex: the `config` of a connector of type ldap, the connector, or a whole
 * configuration of Dex with one such connector. Files it names are looked for beside it.
 *
 * A password (bindPW) may stand in it where nobody else can read the file; else it is in a file of its own (bindPWFile) or
 * an environment variable (bindPWEnv, or bindPW: $NAME).
 *
 * @throws ObjectError with all that is wrong, by line. No message has a password in it.
 */
export async function readLdapConfiguration(path: string, env: Environment): Promise<LdapConfiguration> {
  const [document, second] = readYaml(await readText(path), path);
  const failed = (flaws: readonly Flaw[], of = document): ObjectError =>
    new ObjectError(
      flaws.map(({ path: at, ofKey, message }) => ({
        ...(of?.placeOf(at, ofKey) ?? { file: path, line: 1, column: 1 }),
        message,
      })),
    );
  if (document === undefined) throw failed([{ path: [], message: "The file is empty: write host and userSearch." }]);
  if (second) throw failed([{ path: [], message: "A configuration has one document. Take this one away." }], second);

  const found = findConnector(document.value);
  if ("flaw" in found) throw failed([found.flaw]);
  const flaws: Flaw[] = [];
  const fields = readShape(found.config, ldapShape, found.path, flaws) as LdapFields;
  if (flaws.length > 0) throw failed(flaws);
  const wrong: Wrong = (message, ...field) => {
    // What is not there has no place of its own: then that of what it should be in.
    flaws.push({ path: [...found.path, ...field], message });
  };
  const configuration: LdapConfiguration = {
    id: found.id,
    name: found.name,
    usernamePrompt: fields.usernamePrompt || "Username",
    ...addressOf(fields, wrong),
    insecureSkipVerify: fields.insecureSkipVerify ?? false,
    ...(await certificatesOf(fields, dirname(path), wrong)),
    service: await serviceOf(fields, path, env, wrong),
    userSearch: userSearchOf(fields, wrong),
    groupSearch: groupSearchOf(fields, wrong),
  };
  if (flaws.length > 0) throw failed(flaws);
  return configuration;
}

type Connector = { readonly config: unknown; readonly path: Path; readonly id: string; readonly name: string };

function findConnector(value: unknown): Connector | { readonly flaw: Flaw } {
  if (!isObject(value)) return { flaw: { path: [], message: "This is no object: write host and userSearch." } };
  if (Array.isArray(value.connectors)) {
    const found = value.connectors.flatMap((one: unknown, index) =>
      isObject(one) && one.type === "ldap" ? [[one, ["connectors", index]] as const] : [],
    );
    const [first, second] = found;
    if (second)
      return { flaw: { path: second[1], message: "There is a connector of type ldap before. Take one away." } };
    if (first) return connectorOf(...first);
    return { flaw: { path: ["connectors"], message: "None of the connectors is of type ldap." } };
  }
  if ("config" in value) return connectorOf(value, []);
  return { config: value, path: [], id: "ldap", name: "LDAP" };
}

function connectorOf(
  { type, id = "ldap", name = "LDAP", config }: Readonly<Record<string, unknown>>,
  path: Path,
): Connector | { readonly flaw: Flaw } {
  if (type !== undefined && type !== "ldap") {
    return { flaw: { path: [...path, "type"], message: `The type of the connector has to be ldap.` } };
  }
  if (typeof id !== "string" || !/^[A-Za-z0-9._-]+$/.test(id) || id === "local") {
    const message = "The id of the connector stands in URLs: write letters and digits, and not local.";
    return { flaw: { path: [...path, "id"], message } };
  }
  if (typeof name !== "string" || name === "") {
    return { flaw: { path: [...path, "name"], message: "The name of the connector has to be a text." } };
  }
  return { config, path: [...path, "config"], id, name };
}

function addressOf(
  { host = "", insecureNoSSL = false, startTLS = false }: LdapFields,
  wrong: Wrong,
): { readonly host: string; readonly port: number; readonly protection: Protection } {
  if (insecureNoSSL && startTLS) {
    wrong("insecureNoSSL and startTLS are both true, and say the opposite. Take one of them away.", "insecureNoSSL");
  }
  const protection = startTLS ? "startTLS" : insecureNoSSL ? "none" : "tls";
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(host);
  if (host === "") wrong("host is missing: write the directory's host and port, ldap.example.com:636.", "host");
  else if (!found)
    wrong("host has to be a host, and a port if need be, without ldap://: ldap.example.com:636.", "host");
  const port = Number(found?.[3] ?? (protection === "tls" ? 636 : 389));
  if (port < 1 || port > 65535) wrong("The port of host is none: it goes from 1 to 65535.", "host");
  return { host: found?.[1] ?? found?.[2] ?? "", port, protection };
}

async function certificatesOf(fields: LdapFields, folder: string, wrong: Wrong) {
  const read = async (field: "rootCA" | "clientCert" | "clientKey"): Promise<string | undefined> => {
    const file = fields[field];
    if (!file) return undefined;
    const text = await readOr(resolve(folder, file), (code) => wrong(`${file} cannot be read: ${code}.`, field));
    if (text !== undefined && !text.includes("-----BEGIN ")) wrong(`${file} is no PEM file.`, field);
    return text;
  };
  const data = fields.rootCAData ? Buffer.from(fields.rootCAData, "base64").toString() : undefined;
  if (data !== undefined && !data.includes("-----BEGIN ")) wrong("rootCAData is no PEM in base64.", "rootCAData");
  const rootCA = (await read("rootCA")) ?? data;
  const [cert, key] = [await read("clientCert"), await read("clientKey")];
  if (!fields.clientCert !== !fields.clientKey) {
    wrong("clientCert and clientKey are used together: write both.", fields.clientCert ? "clientCert" : "clientKey");
  }
  return { rootCA, clientCertificate: cert !== undefined && key !== undefined ? { cert, key } : undefined };
}

async function serviceOf(
  { bindDN, bindPW, bindPWFile, bindPWEnv }: LdapFields,
  path: string,
  env: Environment,
  wrong: Wrong,
): Promise<LdapConfiguration["service"]> {
  const given = Object.entries({ bindPW, bindPWFile, bindPWEnv }).flatMap(([key, value]) => (value ? [key] : []));
  const [field] = given;
  if (!bindDN && field === undefined) return undefined;
  if (!bindDN) wrong("There is a password, and no bindDN that it is of.", field ?? "bindPW");
  if (field === undefined) wrong("bindDN has no password: write bindPWFile, the path of a file with it.", "bindDN");
  if (given.length > 1) wrong(`${given.join(" and ")} are there. Take one away.`, given[1] ?? "");

  const variable =
    bindPWEnv ||
    /^\$(?:\{(\w+)\}|(\w+))$/
      .exec(bindPW ?? "")
      ?.slice(1)
      .find(Boolean);
  let password: string | undefined;
  if (variable) {
    password = env[variable];
    if (!password) wrong(`The environment variable ${variable} is not set.`, field ?? "");
  } else if (bindPWFile) {
    const tell = (code: string) => wrong(`${bindPWFile} cannot be read: ${code}.`, "bindPWFile");
    // As an editor ends a file, and a password does not end.
    password = (await readOr(resolve(dirname(path), bindPWFile), tell))?.replace(/\r?\n$/, "");
    if (password === "") wrong(`${bindPWFile} is empty.`, "bindPWFile");
  } else if (bindPW) {
    password = bindPW;
    const mode = process.getuid === undefined ? 0 : (await stat(path)).mode;
    if ((mode & 0o077) !== 0) {
      wrong(`bindPW stands in a file that others can read. Close it (chmod 600), or write bindPWFile.`, "bindPW");
    }
  }
  return bindDN && password ? { dn: bindDN, password } : undefined;
}

function userSearchOf({ userSearch = {} }: LdapFields, wrong: Wrong): UserSearch {
  const { baseDN = "", filter, username = "", scope, idAttr = "", emailAttr, emailSuffix, nameAttr } = userSearch;
  const at = (message: string, field: string): void => wrong(message, "userSearch", field);
  if (!baseDN) at("userSearch.baseDN is missing: write where the users are, ou=people,dc=example,dc=com.", "baseDN");
  if (!username) at("userSearch.username is missing: write the attribute that people log in with, uid.", "username");
  if (!idAttr) at("userSearch.idAttr is missing: write an attribute that stays and that nobody shares, uid.", "idAttr");
  if (!emailAttr && !emailSuffix) at("userSearch.emailAttr is missing: write the attribute mail.", "emailAttr");
  if (emailSuffix && !nameAttr)
    at("userSearch.emailSuffix follows the value of nameAttr, which is missing.", "emailSuffix");
  checkAttributes(userSearch, ["username", "idAttr", "emailAttr", "nameAttr", "preferredUsernameAttr"], at);
  if (username === "DN") at("userSearch.username cannot be DN: write an attribute, uid.", "username");
  checkFilter(filter, at);
  return {
    baseDN,
    filter: filter || undefined,
    username,
    scope: scopeOf(scope, at),
    idAttr,
    emailAttr: emailAttr || undefined,
    emailSuffix: emailSuffix || undefined,
    nameAttr: nameAttr || undefined,
    preferredUsernameAttr: userSearch.preferredUsernameAttr || undefined,
  };
}

function groupSearchOf({ groupSearch }: LdapFields, wrong: Wrong): GroupSearch | undefined {
  if (groupSearch === undefined) return undefined;
  const { baseDN = "", filter, scope, nameAttr = "", userMatchers = [], userAttr, groupAttr } = groupSearch;
  const at = (message: string, field: string): void => wrong(message, "groupSearch", field);
  if (!baseDN) at("groupSearch.baseDN is missing: write where the groups are, ou=groups,dc=example,dc=com.", "baseDN");
  if (!nameAttr) at("groupSearch.nameAttr is missing: write the attribute with the name of a group, cn.", "nameAttr");
  checkAttributes(groupSearch, ["nameAttr", "userAttr", "groupAttr"], at);
  checkFilter(filter, at);
  // As Dex had it before there could be several.
  const older = userAttr || groupAttr ? [{ userAttr, groupAttr }] : [];
  const matchers: UserMatcher[] = [];
  for (const [index, matcher] of [...userMatchers, ...older].entries()) {
    if (matcher.userAttr && matcher.groupAttr) {
      matchers.push({ userAttr: matcher.userAttr, groupAttr: matcher.groupAttr });
    } else
      at(`A matcher needs userAttr and groupAttr (DN and member); number ${index + 1} has not both.`, "userMatchers");
    checkAttributes(matcher, ["userAttr", "groupAttr"], (message) =>
      wrong(message, "groupSearch", ...(index < userMatchers.length ? ["userMatchers", index] : [])),
    );
  }
  if (matchers.length === 0 && userMatchers.length + older.length === 0) {
    at("groupSearch.userMatchers is missing: write a list with userAttr: DN and groupAttr: member.", "userMatchers");
  }
  return { baseDN, filter: filter || undefined, scope: scopeOf(scope, at), userMatchers: matchers, nameAttr };
}

function checkAttributes(of: object, fields: readonly string[], wrong: (message: string, field: string) => void): void {
  for (const [field, value] of Object.entries(of)) {
    if (!fields.includes(field) || !value || /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/.test(value)) continue;
    wrong(`${field} is no name of an attribute: ${JSON.stringify(value)}.`, field);
  }
}

function checkFilter(filter: string | undefined, wrong: (message: string, field: string) => void): void {
  if (!filter) return;
  try {
    FilterParser.parseString(filter);
  } catch (error) {
    wrong(`filter is none of LDAP ((objectClass=person)): ${(error as Error).message}.`, "filter");
  }
}

function scopeOf(scope: string | undefined, wrong: (message: string, field: string) => void): Scope {
  if (scope === "one") return scope;
  if (scope && scope !== "sub") wrong("scope is sub (everything below the base) or one (its children only).", "scope");
  return "sub";
}

async function readOr(path: string, tell: (code: string) => void): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    tell((error as NodeJS.ErrnoException).code ?? "unknown error");
    return undefined;
  }
}
