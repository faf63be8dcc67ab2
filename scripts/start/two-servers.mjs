import { join } from "node:path";
import { serve } from "./serve.mjs";

/**
 * The two kinds of Kubeflow Pipelines, side by side.
 * @typedef {object} TwoServers
 * @property {import("./serve.mjs").Server} standalone nobody is asked who they are
 * @property {import("./serve.mjs").Server} kubeflow full Kubeflow in a box
 * @property {() => Promise<void>} stop
 */

/**
 * Starts both, with separate data: the one that stands alone with the user's arguments, the other with the same and the port
 * after it.
 * @param {readonly string[]} args for `kfp-ts serve`
 * @param {string} [room] a folder for everything that they write, on free ports; otherwise they are the user's own
 * @returns {Promise<TwoServers>}
 * @throws with what a server said, when it ends instead
 */
export async function startTwoServers(args, room) {
  const own = (/** @type {string} */ name) => (room ? ["--port", "0", "--data", join(room, name)] : []);
  const { forBoth, forKubeflowAlone } = divided(args);
  // It is the user's own, and whoever may have Python executed there could start any program anyway.
  const standalone = await serve([...own("standalone"), ...forBoth, ...hostCommands(forBoth)], room);
  try {
    const besides = room
      ? [...forBoth, ...own("kubeflow"), "--gateway-port", "0"]
      : beside(forBoth, standalone.url, forKubeflowAlone);
    const kubeflow = await serve([...besides, ...forKubeflowAlone, "--kubeflow"], room);
    const stop = async () => {
      await Promise.all([standalone.stop(), kubeflow.stop()]);
    };
    return { standalone, kubeflow, stop };
  } catch (error) {
    await standalone.stop();
    throw error;
  }
}

/**
 * What has the pipeline executed that is run as an example; nothing where the user wants nothing executed, or lets others in.
 * @param {readonly string[]} args
 */
const hostCommands = (args) =>
  args.some((arg) => /^--(no-run|allow-host-commands|insecure-no-auth|multi-user)$/.test(arg))
    ? []
    : ["--allow-host-commands"];

/** The options that mean something to a full Kubeflow only. */
const ofKubeflow = /^--(gateway|rbac|kubernetes-port|passwords|ldap|m2m|oidc|ext-authz|external-url)/;

/**
 * Which of the user's arguments are for both servers, and which for Kubeflow in a box alone.
 * @param {readonly string[]} args
 */
function divided(args) {
  /** @type {{ forBoth: string[], forKubeflowAlone: string[] }} */
  const result = { forBoth: [], forKubeflowAlone: [] };
  let current = result.forBoth;
  for (const arg of args) {
    if (arg.startsWith("--")) current = ofKubeflow.test(arg) ? result.forKubeflowAlone : result.forBoth;
    current.push(arg);
  }
  return result;
}

/**
 * The arguments for both, as they are for the second server: the next port, and a folder beside the first one's. Where the
 * first takes any port that is free, the gateway does, too.
 * @param {readonly string[]} args
 * @param {string} url where the first answers
 * @param {readonly string[]} ownArgs those for the second alone
 */
function beside(args, url, ownArgs) {
  const isAnyPort = args.some((arg, index) => arg === "--port=0" || (arg === "0" && args[index - 1] === "--port"));
  const port = ["--port", `${isAnyPort ? 0 : Number(new URL(url).port) + 1}`];
  const gateway = isAnyPort && !ownArgs.some((arg) => arg.startsWith("--gateway-port")) ? ["--gateway-port", "0"] : [];
  const rest = args.flatMap((arg, index) => {
    if (arg === "--port" || args[index - 1] === "--port" || arg.startsWith("--port=")) return [];
    if (args[index - 1] === "--data") return [`${arg}-kubeflow`];
    return [arg.startsWith("--data=") ? `${arg}-kubeflow` : arg];
  });
  return [...rest, ...port, ...gateway];
}
