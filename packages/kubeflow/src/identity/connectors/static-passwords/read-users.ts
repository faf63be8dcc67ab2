import type { Place } from "../../../objects/kubeflow-object.ts";
import { ObjectError, type ObjectProblem } from "../../../objects/object-error.ts";
import { type Flaw, isObject, type Path, readShape, type Shape } from "../../../objects/shape.ts";
import { readYaml } from "../../../objects/yaml-documents.ts";
import { costOf, costs } from "../bcrypt/bcrypt-hash.ts";
import { foldEmail, type StaticUser } from "./static-user.ts";

/** Environment variables that a file may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What Dex calls the list, and the fields in it. */
const LIST = "staticPasswords";
const entry: Shape = {
  is: "fields",
  fields: {
    email: { is: "text" },
    hash: { is: "text" },
    hashFromEnv: { is: "text" },
    username: { is: "text" },
    name: { is: "text" },
    preferredUsername: { is: "text" },
    emailVerified: { is: "truth" },
    userID: { is: "text" },
    groups: { is: "list", of: { is: "text" } },
  },
};

interface Entry {
  readonly email?: string;
  readonly hash?: string;
  readonly hashFromEnv?: string;
  readonly username?: string;
  readonly name?: string;
  readonly userID?: string;
  readonly groups?: readonly string[];
}

/**
 * Reads the users of a file: the list `staticPasswords`, whose fields are Dex's. A configuration of Dex can be read as it
 * is; of it, this list counts and nothing else.
 *
 * @param file - What messages call the text.
 * @param env - Where `hashFromEnv` looks.
 * @throws ObjectError with all that is wrong. No message has a hash in it.
 */
export function readUsers(text: string, file: string, env: Environment): readonly StaticUser[] {
  const documents = readYaml(text, file);
  const [document, second] = documents;
  if (document === undefined) return [];
  const problems: ObjectProblem[] = [];
  const tell = ({ path, ofKey, message }: Flaw, { placeOf } = document): void => {
    problems.push({ ...placeOf(path, ofKey), message });
  };
  if (second) tell({ path: [], message: "A file of users has one document. Take this one away." }, second);

  const users: StaticUser[] = [];
  for (const [index, value] of listOf(document.value, tell).entries()) {
    const path: Path = [LIST, index];
    const flaws: Flaw[] = [];
    const shaped = readShape(value, entry, path, flaws);
    const user = flaws.length === 0 ? userOf(shaped as Entry, path, env, flaws) : undefined;
    for (const flaw of flaws) tell(flaw);
    if (user) users.push(user);
  }
  for (const [index, user] of users.entries()) {
    for (const [field, of] of uniqueFields) {
      const same = users.findIndex((other) => of(other) === of(user));
      if (same === index || problems.length > 0) continue;
      const first = describe(document.placeOf([LIST, same]));
      tell({ path: [LIST, index, field], message: `Another user has this ${field}, at ${first}. ${remedies[field]}` });
    }
  }
  if (problems.length > 0) throw new ObjectError(problems);
  return users;
}

const uniqueFields = [
  ["email", ({ account }: StaticUser) => foldEmail(account.email)],
  ["userID", ({ account }: StaticUser) => account.id],
] as const;
const remedies = {
  email: "Take one of them away.",
  userID: "Give each a text of its own: tokens say by it who somebody is.",
} as const;

function listOf(value: unknown, tell: (flaw: Flaw) => void): readonly unknown[] {
  if (!isObject(value)) {
    tell({ path: [], message: `This is no object: write ${LIST}, and a list of users below it.` });
    return [];
  }
  const list = value[LIST];
  if (Array.isArray(list)) return list;
  if (list !== undefined && list !== null) {
    tell({ path: [LIST], message: `${LIST} has to be a list: write a user below it after a dash.` });
  } else if (value.kind === "ConfigMap") {
    const command = "kubectl get configmap dex -n auth -o jsonpath='{.data.config\\.yaml}' > dex.yaml";
    tell({ path: ["kind"], message: `This is a ConfigMap, and its text is what is wanted: ${command}` });
  } else if (!(LIST in value)) {
    tell({ path: [], message: `There is no ${LIST} here: write it, and a list of users below it.` });
  }
  return [];
}

function userOf(read: Entry, path: Path, env: Environment, flaws: Flaw[]): StaticUser | undefined {
  const { email = "", username = "", name = "", userID = "", groups = [] } = read;
  const wrong = (message: string, ...field: string[]): void => {
    flaws.push({ path: [...path, ...field], message });
  };
  if (email.trim() === "") wrong("A user needs an email.", ...(read.email === undefined ? [] : ["email"]));
  else if (email !== email.trim()) wrong("There is white space around this email. Take it away.", "email");
  if (userID === "") {
    wrong(
      "A user needs a userID: any text that no other user has, and that stays.",
      ...("userID" in read ? ["userID"] : []),
    );
  }
  const hash = hashOf(read, env, wrong);
  if (hash === undefined || flaws.length > 0) return undefined;
  return { account: { id: userID, email, name: name || username || email, groups }, hash };
}

function hashOf(
  { hash, hashFromEnv }: Entry,
  env: Environment,
  wrong: (message: string, ...field: string[]) => void,
): string | undefined {
  if (hash !== undefined && hashFromEnv !== undefined) {
    wrong("A user has a hash or a hashFromEnv, and this one has both. Take one of them away.", "hashFromEnv");
    return undefined;
  }
  const field = hashFromEnv === undefined ? "hash" : "hashFromEnv";
  const source = hashFromEnv === undefined ? "hash" : `environment variable ${hashFromEnv}`;
  const given = hashFromEnv === undefined ? hash : env[hashFromEnv];
  if (given === undefined || given === "") {
    if (hashFromEnv !== undefined) wrong(`The ${source} is not set.`, field);
    else wrong("A user needs a hash. Make one: kfp-ts passwords hash.", ...(hash === undefined ? [] : [field]));
    return undefined;
  }
  const plain = plainHash(given.trim());
  const cost = costOf(plain);
  if (cost === undefined) {
    wrong(`The ${source} is none that bcrypt has made ($2y$12$…). Make one: kfp-ts passwords hash.`, field);
  } else if (cost < costs.least || cost > costs.most) {
    const range = `${costs.least} to ${costs.most}`;
    wrong(`The ${source} has a cost of ${cost}, and ${range} are accepted. Make one: kfp-ts passwords hash.`, field);
  } else return plain;
  return undefined;
}

/** Dex takes a hash in base64 too, as its storage has it. */
function plainHash(text: string): string {
  return text.startsWith("$") ? text : Buffer.from(text, "base64").toString("latin1").trim();
}

function describe({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
