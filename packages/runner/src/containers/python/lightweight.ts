import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";

/** A Python function that kfp's compiler has put into a container: its source is one of the words of the command. */
export interface LightweightComponent {
  /** The text of the module that has the function. */
  readonly source: string;
  /** Kubeflow's executor, as Python imports it. */
  readonly executor: string;
  /** What pip is asked to install before, in this order. */
  readonly installs: readonly PipInstall[];
}

/** One call of `pip install`. */
export interface PipInstall {
  readonly requirements: readonly string[];
  /** `--index-url` and the like, with their values, and `--no-deps`. */
  readonly options: readonly string[];
}

const PREFACE =
  /^\s*if ! \[ -x "\$\(command -v pip\)" \]; then\s+python3 -m ensurepip \|\| python3 -m ensurepip --user \|\| apt-get install python3-pip\s+fi\s*/;
const VIRTUAL_ENVIRONMENT =
  /^\s*(export )?PIP_DISABLE_PIP_VERSION_CHECK=1\s+tmp=\$\(mktemp -d\)\s+python3 -m venv "\$tmp\/venv" --system-site-packages\s+\. "\$tmp\/venv\/bin\/activate"\s*/;
const INSTALL =
  /^\s*(?:PIP_DISABLE_PIP_VERSION_CHECK=1 )?python3 -m pip install --quiet(?: --no-warn-script-location)?((?: +(?:'[^']*'|"[^"]*"|[^\s'"&]+))+)\s*&&\s*/;
const THE_REST = /^"\$0" "\$@"\s*$/;
const EXECUTE =
  /^program_path=\$\(mktemp -d\)\s+printf "%s" "\$0" > "\$program_path\/ephemeral_component\.py"\s+(?:_KFP_RUNTIME=true )?python3 -m (kfp\.(?:dsl|components)\.executor_main)\s+--component_module_path\s+"\$program_path\/ephemeral_component\.py"\s+"\$@"\s*$/;

/**
 * Reads the command that kfp's compiler writes for a Python function, of all versions 2. What is not exactly that is a
 * program of its own.
 *
 * @returns undefined where it is something else.
 */
export function readLightweight({ command = [] }: ContainerSpec): LightweightComponent | undefined {
  const words = [...command];
  const installs: PipInstall[] = [];
  if (words[0] === "sh" && words[1] === "-c") {
    const found = installsIn(words[2] ?? "");
    if (found === undefined) return undefined;
    installs.push(...found);
    words.splice(0, 3);
  }
  const [shell, option, script = "", source, ...more] = words;
  const executor = EXECUTE.exec(script)?.[1];
  if (shell !== "sh" || (option !== "-ec" && option !== "-c") || more.length > 0) return undefined;
  return executor === undefined || source === undefined ? undefined : { source, executor, installs };
}

function installsIn(script: string): PipInstall[] | undefined {
  const installs: PipInstall[] = [];
  let rest = script.replace(PREFACE, "").replace(VIRTUAL_ENVIRONMENT, "");
  for (let found = INSTALL.exec(rest); found !== null; found = INSTALL.exec(rest)) {
    installs.push(installOf(found[1] ?? ""));
    rest = rest.slice(found[0].length).replace(VIRTUAL_ENVIRONMENT, "");
  }
  return THE_REST.test(rest) ? installs : undefined;
}

const TAKE_VALUES = new Set(["--index-url", "--extra-index-url", "--trusted-host", "--find-links"]);

function installOf(words: string): PipInstall {
  const requirements: string[] = [];
  const options: string[] = [];
  const all = [...words.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"&]+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  for (let index = 0; index < all.length; index++) {
    const word = all[index] ?? "";
    if (TAKE_VALUES.has(word)) options.push(word, all[++index] ?? "");
    else if (word.startsWith("-")) options.push(word);
    else requirements.push(word);
  }
  return { requirements, options };
}
