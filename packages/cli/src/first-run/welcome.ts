import type { Announcement } from "@kfp-ts/sdk/announcements";
import { PROGRAM } from "../command-line/command-line.ts";
import { shellWord } from "../command-line/shell.ts";
import { described } from "../contexts/describe-credentials.ts";
import type { Settings, Source } from "../contexts/settings.ts";
import { columnsOf, printable } from "../output/printable.ts";
import type { Style } from "../output/style.ts";
import type { Surroundings } from "./look-around.ts";

/** A fact with the word for it; further lines of the same fact have none. */
type Row = readonly [label: string, text: string];
/** A line to type, without the name of the program, and what it does. */
export type Step = readonly [line: string, does: string];

/** How `kfp-ts` without arguments is written. */
export interface WelcomeOptions {
  readonly version: string;
  readonly style: Style;
  /** The names of the commands that there are: only those are spoken of. */
  readonly has: (command: string) => boolean;
}

/** What can be done here and now: which server would be used and why, what to type next, and where help is. */
export function welcome(around: Surroundings, { version, style, has }: WelcomeOptions): string {
  const rows = [...serverRows(around), ...alsoRows(around)];
  const steps = nextSteps(around, has);
  const width = steps.reduce((widest, [line]) => Math.max(widest, columnsOf(line)), 0);
  return [
    `${style.bold(`${PROGRAM} ${version}`)}: a Kubeflow Pipelines API on this machine, and a client for any.`,
    "",
    ...rows.flatMap(([label, text]) =>
      wrapped(printable(text)).map((line, index) => labelled(index === 0 ? label : "", line, style)),
    ),
    "",
    style.bold("Next:"),
    ...steps.map(
      ([line, does]) => `  ${PROGRAM} ${printable(line)}${" ".repeat(width - columnsOf(line) + 3)}${style.dim(does)}`,
    ),
    "",
    `${style.bold("Help:")} ${helps(has).join(", ")}`,
    "",
  ].join("\n");
}

/** How wide the word for a fact is, and what it says. */
const LABEL_COLUMNS = 13;
const TEXT_COLUMNS = 67;

function labelled(label: string, line: string, style: Style): string {
  return style.bold(label.padEnd(LABEL_COLUMNS)) + line;
}

/** Breaks a text between words; an address or a path stays whole. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(`${last} ${word}`) <= TEXT_COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function helps(has: WelcomeOptions["has"]): readonly string[] {
  return [
    `${PROGRAM} --help`,
    `${PROGRAM} COMMAND --help`,
    ...(has("doctor") ? [`${PROGRAM} doctor`] : []),
    ...(has("explain") ? [`${PROGRAM} explain CODE`] : []),
  ];
}

function serverRows({ settings, problem, servers, kubeconfig, isInPod, user, isThere }: Surroundings): readonly Row[] {
  if (problem !== undefined || settings === undefined) {
    const [first = "", ...more] = (problem?.message ?? "").split("\n");
    return [
      ["Problem", first],
      ...more.map((line): Row => ["", line]),
      ...(problem?.fix ?? "").split("\n").map((line, index): Row => [index === 0 ? "Fix" : "", line]),
    ];
  }
  const { endpoint, namespace } = settings;
  if (endpoint === undefined) return [["Server", withoutServer(servers, isInPod, kubeconfig)]];
  return [
    ["Server", endpoint.value],
    [
      "",
      `${because(endpoint.from)}${isThere === undefined ? "" : isThere ? "; it is there" : "; nothing listens there now"}`,
    ],
    ...(namespace === undefined ? [] : [["Namespace", namespace.value] as const]),
    ...credentialsRow(settings, user),
  ];
}

function withoutServer(
  servers: readonly Announcement[],
  isInPod: boolean,
  kubeconfig: Surroundings["kubeconfig"],
): string {
  if (servers.length > 1) return `one of ${servers.length} that run on this machine: you choose`;
  if (isInPod) return "that of this pod's cluster, which is looked for when it is needed";
  if (kubeconfig === undefined) return "none is known: none runs on this machine, and nothing says another";
  return `one in the cluster of ${kubeconfigText(kubeconfig)}, through a tunnel; whether there is one, nobody was asked`;
}

function because(source: Source): string {
  switch (source.kind) {
    case "variable":
      return `because the variable ${source.name} says so`;
    case "context":
      return `because it is the context ${source.name}`;
    case "server":
      return `because kfp-ts serve runs here (process ${source.processId})`;
    default:
      return "because that was said";
  }
}

function credentialsRow(settings: Settings, user: string | undefined): readonly Row[] {
  const { credentialsFrom, contextCredentials, found } = settings;
  if (credentialsFrom !== undefined) return [["Credentials", `what ${credentialsFrom.name} says`]];
  if (isLoggedOut(settings, user)) return [["Credentials", "nobody is logged in"]];
  if (user !== undefined) return [["Credentials", `the saved login of ${user}`]];
  if (contextCredentials !== undefined) return [["Credentials", described(contextCredentials.value)]];
  return found?.multiUser ? [["Credentials", "none, and it asks everybody who they are"]] : [];
}

/** Whether commands count on a login that is not there. */
function isLoggedOut({ contextCredentials }: Settings, user: string | undefined): boolean {
  const kind = contextCredentials?.value.kind;
  return user === undefined && (kind === "session" || kind === "browser");
}

/** What else is here that could be meant. */
function alsoRows({ settings, servers, contexts, kubeconfig }: Surroundings): readonly Row[] {
  const used = settings?.endpoint?.value;
  const rows = [
    ...servers
      .filter(({ endpoint }) => endpoint !== used)
      .map(({ endpoint, multiUser }) => `--endpoint ${endpoint}: kfp-ts serve${multiUser ? " for many users" : ""}`),
    ...[...contexts]
      .filter(([name]) => name !== settings?.context?.name)
      .map(([name, { endpoint }]) => `--context ${name}: ${endpoint}`),
    ...(used === undefined || kubeconfig === undefined ? [] : [`--tunnel: ${kubeconfigText(kubeconfig)}`]),
  ];
  const [first, ...more] = rows.length > 6 ? [...rows.slice(0, 5), `and ${rows.length - 5} more`] : rows;
  return first === undefined ? [] : [["Also here", first], ...more.map((text): Row => ["", text])];
}

function kubeconfigText({ context }: NonNullable<Surroundings["kubeconfig"]>): string {
  return context === undefined ? "a kubeconfig without a current context" : `the kubeconfig's context ${context}`;
}

const LIST: Step = ["experiments list", "what is there"];
const UPLOAD: Step = ["pipelines upload pipeline.yaml", "a compiled pipeline becomes a pipeline"];
const RUN: Step = ["runs create --file pipeline.yaml --watch", "run it, and watch"];
const DOCTOR: Step = ["doctor", "what is wrong, and what to do"];
const SERVE: Step = ["serve", "a Pipelines API on http://127.0.0.1:3000"];
const RUN_HERE: Step = ["run pipeline.yaml", "a compiled pipeline on this machine, without a server"];
const SET: Step = ["context set NAME --endpoint URL", "name a server that is elsewhere"];

/** The lines that somebody would type next, as things are. */
export function nextSteps(around: Surroundings, has: WelcomeOptions["has"]): readonly Step[] {
  const { settings, problem, servers, kubeconfig, isInPod, user, isThere } = around;
  if (problem !== undefined || settings === undefined) {
    // Whatever asks for the settings would end as this has, with --endpoint too.
    return [DOCTOR, ["explain", "every error, and where its page is"], SERVE];
  }
  const { endpoint, context, found, credentialsFrom } = settings;
  if (endpoint === undefined) {
    const [first, second] = servers;
    if (first !== undefined && second !== undefined) {
      const each = servers
        .slice(0, 3)
        .map(({ endpoint: url }): Step => [`experiments list --endpoint ${url}`, LIST[1]]);
      return [...each, ["context set NAME --endpoint URL", "name one of them, and use it from now on"]];
    }
    if (isInPod) return [["health", "whether one is there"], LIST, RUN];
    if (kubeconfig !== undefined && has("port-forward")) {
      return [
        ["experiments list", "what is in that cluster"],
        ["port-forward", "one tunnel for many commands"],
        SERVE,
        SET,
      ];
    }
    return [...(has("run") ? [RUN_HERE] : []), SERVE, ["login URL", "log in at a full Kubeflow"], SET];
  }
  const where = shellWord(endpoint.value);
  if (isThere === false) {
    return [
      ...(has("doctor") ? [DOCTOR] : []),
      SERVE,
      ["context list", "other servers that have a name"],
      ["context show", "what commands work with, and why"],
    ];
  }
  const login: Step = [
    context === undefined ? `login ${where}` : `login --context ${shellWord(context.name)}`,
    "log in",
  ];
  if (isLoggedOut(settings, user)) return [login, ["whoami", "who you are there, and what you may list"], LIST];
  const isNobody = credentialsFrom === undefined && user === undefined;
  if (found?.multiUser && isNobody) {
    return [
      ["whoami", "who it takes you for, and what to do about it"],
      [`login ${found.gateway ?? "URL"}`, "log in at its gateway"],
      LIST,
    ];
  }
  const first = isNobody && isThere === undefined && settings.contextCredentials === undefined ? [login] : [];
  return [LIST, UPLOAD, RUN, ...first.map(([line]): Step => [line, "where it wants a login"])];
}
