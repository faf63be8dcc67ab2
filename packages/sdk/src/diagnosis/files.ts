import type { ConnectOptions } from "../connect/connect-options.ts";
import { readPythonContext } from "../contexts/read-python-context.ts";
import { tokenFacts } from "../credentials/token-facts.ts";
import { defaultTokenPath, pipelinesAudience } from "../credentials/token-volume.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import type { DiagnosisPorts, FileLook, FilesPort } from "./ports.ts";
import { failed, good, noted, type Seen } from "./probes.ts";

/** Looks at the files that a connection may take: the token of a pod, certificates, contexts, the kubeconfig. */
export async function seenInFiles(options: ConnectOptions, ports: DiagnosisPorts): Promise<readonly Seen[]> {
  const { env, files } = ports;
  const { home } = files;
  const tokenPath = env.KF_PIPELINES_SA_TOKEN_PATH || defaultTokenPath;
  const isPod = Boolean(env.KUBERNETES_SERVICE_HOST);
  const wantsToken = isPod || Boolean(env.KF_PIPELINES_SA_TOKEN_PATH);
  const caFiles = [options.tls?.caFile, env.NODE_EXTRA_CA_CERTS || undefined].filter((path) => path !== undefined);
  const kubeconfigs = options.kubeconfig
    ? [options.kubeconfig]
    : env.KUBECONFIG
      ? env.KUBECONFIG.split(/[:;](?![\\/])/).filter(Boolean)
      : home === undefined
        ? []
        : [`${home}/.kube/config`];
  const { config, python } = files.kept ?? {};
  const all = await Promise.all([
    config === undefined ? undefined : lookAt(files.look(config), (look) => ofContexts(config, look, files)),
    python === undefined ? undefined : lookAt(files.look(python), (look) => ofPython(python, look)),
    lookAt(files.look(tokenPath), (look) => ofToken(tokenPath, look, wantsToken, ports)),
    ...caFiles.map((path) => lookAt(files.look(path), (look) => ofCertificates(path, look))),
    ...kubeconfigs.map((path) => lookAt(files.look(path), (look) => ofKubeconfig(path, look, Boolean(env.KUBECONFIG)))),
  ]);
  const seen = all.filter((one) => one !== undefined);
  return seen.length === 0 ? [good("no token, no kubeconfig and no file of certificates is in play")] : seen;
}

async function lookAt(
  looking: Promise<FileLook | undefined>,
  say: (look: FileLook | undefined) => Seen | undefined | Promise<Seen | undefined>,
): Promise<Seen | undefined> {
  return say(await looking);
}

function ofToken(
  path: string,
  look: FileLook | undefined,
  isWanted: boolean,
  { wallTime }: DiagnosisPorts,
): Seen | undefined {
  if (look === undefined) {
    return isWanted ? noted(`no token is mounted: there is no ${path}`, "TOKEN_FILE_MISSING") : undefined;
  }
  if (!look.isFile || look.unreadable !== undefined) {
    return noted(`the token file ${path} cannot be read: ${why(look)}`, "TOKEN_FILE_UNREADABLE");
  }
  const facts = tokenFacts(look.text?.trim() ?? "");
  if (facts === undefined) return noted(`the file ${path} holds no token that says anything`, "TOKEN_FILE_INVALID");
  const { subject, audiences, expiresAt, issuer } = facts;
  const end = expiresAt === undefined ? "" : `, ends ${expiresAt.toISOString()}`;
  const said = `the token in ${path} stands for ${subject ?? "nobody"}, for ${audiences.join(", ") || "no audience"}, issued by ${issuer ?? "nobody"}${end}`;
  if (expiresAt !== undefined && expiresAt.getTime() <= wallTime())
    return noted(`${said}: it has ended`, "TOKEN_EXPIRED");
  if (!audiences.includes(pipelinesAudience)) {
    return noted(`${said}: Kubeflow Pipelines asks for the audience ${pipelinesAudience}`, "TOKEN_WRONG_AUDIENCE");
  }
  return good(said);
}

async function ofContexts(path: string, look: FileLook | undefined, files: FilesPort): Promise<Seen | undefined> {
  if (look === undefined) return undefined;
  try {
    const { current, contexts } = await files.config();
    const count = `${contexts.size} ${contexts.size === 1 ? "context" : "contexts"}`;
    const chosen = current === undefined ? "none is the current one" : `${current} is the current one`;
    const said = `${path} has ${count}, ${chosen}`;
    return look.isOpen ? noted(`${said}; others on this machine can read it: chmod 600 ${path}`) : good(said);
  } catch (error) {
    if (!isKfpError(error)) throw error;
    return failed(withoutEnd(`${error.message} ${error.fix}`), error.code);
  }
}

/** Python's client has one namespace for all servers; who goes from one to another takes it along unseen. */
function ofPython(path: string, look: FileLook | undefined): Seen | undefined {
  if (look === undefined) return undefined;
  const { namespace } = readPythonContext(look.text ?? "");
  if (namespace === undefined) return good(`Python's client keeps no namespace in ${path}`);
  return noted(
    `Python's client uses the namespace ${namespace} at every server (${path}); this client does not take it from there`,
  );
}

function withoutEnd(text: string): string {
  return text.replace(/\.$/, "");
}

function ofCertificates(path: string, look: FileLook | undefined): Seen {
  if (look === undefined) return failed(`the file of certificates ${path} does not exist`, "FILE_UNREADABLE");
  if (!look.isFile || look.unreadable !== undefined) {
    return failed(`the file of certificates ${path} cannot be read: ${why(look)}`, "FILE_UNREADABLE");
  }
  const count = look.text?.split("-----BEGIN CERTIFICATE-----").length ?? 1;
  return count > 1
    ? good(`${path} has ${count - 1} ${count === 2 ? "certificate" : "certificates"}`)
    : failed(`${path} holds no certificate in PEM form`, "BAD_OPTION");
}

function ofKubeconfig(path: string, look: FileLook | undefined, isSaid: boolean): Seen | undefined {
  if (look === undefined) return isSaid ? noted(`the kubeconfig ${path} does not exist`) : undefined;
  if (!look.isFile || look.unreadable !== undefined) {
    return noted(`the kubeconfig ${path} cannot be read: ${why(look)}`, "KUBECONFIG_UNUSABLE");
  }
  if (look.size === 0) return noted(`the kubeconfig ${path} is empty`, "KUBECONFIG_UNUSABLE");
  return look.isOpen
    ? noted(`the kubeconfig ${path} can be read by others on this machine: chmod 600 ${path}`)
    : good(`there is a kubeconfig: ${path}`);
}

function why({ isFile, unreadable }: FileLook): string {
  return isFile ? (unreadable ?? "") : "it is no file";
}
