import { type Diagnosis, diagnose, errorCatalogue, isKfpError, type Probe, type Verdict } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag } from "../command-line/option.ts";
import { asJson, formatDiagnosis } from "../doctor/format-diagnosis.ts";
import { whatToDiagnose } from "../doctor/what-to-diagnose.ts";
import { withPodDefault } from "../doctor/with-pod-default.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { styleFor } from "../output/style.ts";
import { remedyOf } from "../report-error.ts";

/** `kfp-ts doctor`: what is wrong with a connection. */
export const doctor = command({
  name: "doctor",
  summary: "Find out what is wrong with a connection, or that nothing is.",
  description:
    "Goes the way that every other command goes, and looks at each layer of it: variables, files, name, address, TLS, HTTP, " +
    "gateway, login, identity, namespace, versions, clocks. Then it says what is wrong, why, and what to do. Nothing " +
    "secret is printed, so all of it can be pasted into an issue. It ends within 15 seconds: with 0 where all is well, " +
    "with 3 where there is no connection, with 4 where you are not known or something is not allowed.",
  options: {
    json: flag("Print the verdict and all probes as JSON, whatever comes of it."),
  },
  examples: [
    "doctor",
    "doctor --endpoint https://kubeflow.example.com/pipeline --namespace team-a",
    "doctor --tunnel prod/kubeflow/ml-pipeline-ui",
    "doctor --json",
  ],
  async run({ session, io, options }): Promise<ExitCode> {
    const isJson = options.json || session.printer.format === "json" || session.printer.format === "yaml";
    let namespace: string | undefined;
    const inItsWords = inWordsOfTheCommand(
      await whatToDiagnose(session).then((what) => {
        namespace = what.namespace;
        return diagnose({
          ...what,
          signal: session.signal,
          onProbe: ({ name }) => io.waitingFor?.(`Looking at: ${nextTo(name)}`),
        });
      }, unusable),
      await session.loginRemedy(),
    );
    const diagnosis = await withPodDefault(inItsWords, namespace);
    const text = formatDiagnosis(diagnosis, styleFor(io.stdout.isTerminal, io.env), io.env);
    if (options.json) io.stdout.write(`${JSON.stringify(asJson(diagnosis), undefined, 2)}\n`);
    else if (isJson) await session.printer.fact(text, asJson(diagnosis));
    else io.stdout.write(text);
    return exitCodeOf(diagnosis.verdict);
  },
});

/** What is waited for once a probe is done. */
function nextTo(name: Probe["name"]): string {
  return name === "environment" || name === "files" ? "the connection" : "what answers there";
}

/** What was said makes no sense: that is a verdict, too. */
function unusable(error: unknown): Diagnosis {
  if (isKfpError(error)) {
    const { code, message: cause, fix } = error;
    return { verdict: { ok: false, code, cause, fix, docs: `docs/errors/${code}.md` }, probes: [] };
  }
  if (!(error instanceof CommandError)) throw error;
  const { message: cause, fix } = error;
  return { verdict: { ok: false, code: "BAD_OPTION", cause, fix, docs: "docs/errors/BAD_OPTION.md" }, probes: [] };
}

/** What to do, with the command's own options where the client speaks of TypeScript. */
function inWordsOfTheCommand({ verdict, probes }: Diagnosis, login: string | undefined): Diagnosis {
  const { code, fix } = verdict;
  if (code === undefined || fix === undefined) return { verdict, probes };
  const wantsLogin = (code === "LOGIN_REQUIRED" || code === "UNAUTHENTICATED") && login !== undefined;
  return { verdict: { ...verdict, fix: wantsLogin ? login : remedyOf(code, fix) }, probes };
}

function exitCodeOf({ ok, code }: Verdict): ExitCode {
  if (ok || code === undefined) return exitCodes.done;
  return errorCatalogue[code].kind === "access" ? exitCodes.notAllowed : exitCodes.cannotConnect;
}
