import type { RunnerError, RunnerErrorCode } from "@kfp-ts/runner";
import { ApiError, type ErrorCode, type ErrorKind, errorCatalogue, isKfpError } from "@kfp-ts/sdk";
import { clusterFailureOf } from "./cluster/report-cluster-error.ts";
import { CommandError, UsageError } from "./command-error.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printable } from "./output/printable.ts";
import type { Style } from "./output/style.ts";

/** What the caller is told of a failure. */
export interface Report {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string | undefined;
  /** The code of the error, where it has a page. */
  readonly code?: ErrorCode | RunnerErrorCode | undefined;
  /** What the server calls the request in its log, where that is of use. */
  readonly requestId?: string | undefined;
}

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  setup: exitCodes.wrongUsage,
  connection: exitCodes.cannotConnect,
  answer: exitCodes.cannotConnect,
  time: exitCodes.cannotConnect,
  access: exitCodes.notAllowed,
  request: exitCodes.failed,
  server: exitCodes.failed,
};

/** Where the kind of an error says something else than a caller of the command expects. */
const byCode: Partial<Readonly<Record<ErrorCode, ExitCode>>> = {
  UNSUPPORTED_BY_SERVER: exitCodes.failed,
  BAD_ANSWER: exitCodes.failed,
  WAIT_TIMEOUT: exitCodes.failed,
  FILE_UNREADABLE: exitCodes.failed,
  FILE_UNWRITABLE: exitCodes.failed,
  BAD_PACKAGE: exitCodes.failed,
  // Which of several is meant, and in which namespace, only the caller can say.
  AMBIGUOUS_NAME: exitCodes.wrongUsage,
  NAMESPACE_REQUIRED: exitCodes.wrongUsage,
};

const TOKEN =
  "Put a token into the environment variable KFP_EXISTING_TOKEN, or say the file of one with --token-file (or KF_PIPELINES_SA_TOKEN_PATH).";

/** What to do, where the client's own general words are about TypeScript and the command has an option for it. */
const remedies: Partial<Readonly<Record<ErrorCode, string>>> = {
  NO_ENDPOINT:
    "Say the server with --endpoint, or set KFP_ENDPOINT. Where Kubeflow Pipelines is deployed in another namespace of this cluster, set KF_PIPELINES_NAMESPACE.",
  TLS_UNTRUSTED: "Pass the authority's certificate with --ca-file, or set NODE_EXTRA_CA_CERTS.",
  LOGIN_REQUIRED: TOKEN,
  UNAUTHENTICATED: `${TOKEN} If there is one, it is expired or meant for another server.`,
  LOGIN_PAUSED:
    "Correct the password where the context says it is; another one is tried at once. Or log in yourself: kfp-ts login.",
  NAMESPACE_REQUIRED: "Say the namespace with --namespace, or set KFP_NAMESPACE.",
  TIMEOUT: "Give it longer with --timeout, or find out why the server is slow.",
  TOTAL_TIMEOUT: "Give it longer with --timeout, or find out why the server is slow.",
  WAIT_TIMEOUT: "Watch again, longer: kfp-ts runs watch RUN --max-wait 2h. Or end it: kfp-ts runs terminate RUN.",
  UNSUPPORTED_BY_SERVER: "Look with kfp-ts health which version the server is; before 2.0 there is no v2beta1.",
};

/** What the client says of these is about its options, and the command gets its credentials in one way only. */
const aboutCredentials: ReadonlySet<ErrorCode> = new Set(["UNAUTHENTICATED"]);

/** What to do about a failure, in words of the command where those of the client are general. */
export function remedyOf(code: ErrorCode, fix: string): string {
  const isGeneral = fix === errorCatalogue[code].remedy || aboutCredentials.has(code);
  return (isGeneral ? remedies[code] : undefined) ?? fix;
}

/** Where a server wants a login, what to do is to log in there. */
const wantLogin: ReadonlySet<ErrorCode> = new Set(["LOGIN_REQUIRED", "UNAUTHENTICATED"]);

/** What was thrown, with the remedy of its place instead of a general one. */
class Remedied extends Error {
  readonly report: Report;
  constructor(cause: unknown, report: Report) {
    super(report.message, { cause });
    this.report = report;
  }
}

/**
 * Says of an error that a login would help with how to log in.
 *
 * @param remedy - How; undefined where that is not known.
 */
export function withRemedy(error: unknown, remedy: string | undefined): unknown {
  if (remedy === undefined || !isKfpError(error) || !wantLogin.has(error.code)) return error;
  const report = reportOf(error);
  return new Remedied(error, { ...report, fix: report.fix?.startsWith(TOKEN) ? `${remedy}\nOr: ${TOKEN}` : remedy });
}

/** Reads what was thrown: the exit code, and what the caller is told. */
export function reportOf(error: unknown): Report {
  if (error instanceof Remedied) return error.report;
  if (error instanceof UsageError) return { exitCode: exitCodes.wrongUsage, message: error.message, fix: error.fix };
  if (error instanceof CommandError) return { exitCode: exitCodes.failed, message: error.message, fix: error.fix };
  if (isKfpError(error)) {
    // Where credentials failed for a reason of the command's own, that says it better.
    if (error.cause instanceof CommandError) return { ...reportOf(error.cause), exitCode: exitCodes.notAllowed };
    const entry = errorCatalogue[error.code];
    return {
      exitCode: byCode[error.code] ?? byKind[entry.kind],
      message: error.message,
      fix: remedyOf(error.code, error.fix),
      code: error.code,
      requestId: entry.kind === "server" && error instanceof ApiError ? error.requestId : undefined,
    };
  }
  if (isRunnerError(error)) return reportOfRunner(error);
  const clusterFailure = clusterFailureOf(error);
  if (clusterFailure !== undefined) return clusterFailure;
  if (error instanceof Error && "syscall" in error) {
    return { exitCode: exitCodes.failed, message: `${error.message}.`, fix: undefined };
  }
  return {
    exitCode: exitCodes.failed,
    message: `This went wrong in a way that nobody had thought of: ${error instanceof Error ? error.message : String(error)}`,
    fix: "Run it again with --verbose to see where, and report it.",
  };
}

/** By its name: the runner is a bundle of its own, which is not loaded to look at an error of something else. */
function isRunnerError(error: unknown): error is RunnerError {
  return error instanceof Error && error.name === "RunnerError";
}

/** What only the caller can set right. */
const callersOwn: ReadonlySet<RunnerErrorCode> = new Set(["PARAMETERS_INVALID", "OPTION_INVALID", "RUN_FINISHED"]);

function reportOfRunner({ code, message, fix }: RunnerError): Report {
  const sentence = /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
  return {
    exitCode: callersOwn.has(code) ? exitCodes.wrongUsage : exitCodes.failed,
    message: /[.!?:]$|\n/.test(sentence) ? sentence : `${sentence}.`,
    // Some messages say all that there is to be said.
    fix: fix === "See the message." ? undefined : fix.replaceAll("`", ""),
    code,
  };
}

/**
 * What is written to stderr for a failure: the fact, and what to do. The texts may come from a server, so they are made
 * safe to show; they keep their line breaks.
 *
 * @param stack - Where it happened, for those who asked for it.
 */
export function formatReport({ message, fix, code, requestId }: Report, style: Style, stack?: string): string {
  const safe = (text: string): string => text.trimEnd().split("\n").map(printable).join("\n");
  const lines = [`${style.red("error:")} ${safe(message)}`];
  if (fix !== undefined && fix !== "") lines.push(`${style.bold("fix:")} ${safe(fix)}`);
  if (requestId !== undefined) lines.push(`${style.bold("request id:")} ${safe(requestId)}`);
  if (code !== undefined) lines.push(style.dim(`more: kfp-ts explain ${code}`));
  if (stack !== undefined) lines.push(style.dim(safe(stack)));
  return `${lines.join("\n")}\n`;
}
