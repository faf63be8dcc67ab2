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
  const standalone = await serve([...own("standalone"), ...args], room);
  try {
    const besides = room ? [...own("kubeflow"), "--gateway-port", "0"] : forKubeflow(args, standalone.url);
    const kubeflow = await serve([...(room ? args : []), ...besides, "--kubeflow"], room);
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
 * The user's arguments for the second server: the next port, and a folder beside the first one's.
 * @param {readonly string[]} args
 * @param {string} url where the first answers
 */
function forKubeflow(args, url) {
  const port = ["--port", `${args.includes("0") ? 0 : Number(new URL(url).port) + 1}`];
  const rest = args.flatMap((arg, index) => {
    if (arg === "--port" || args[index - 1] === "--port" || arg.startsWith("--port=")) return [];
    if (args[index - 1] === "--data") return [`${arg}-kubeflow`];
    return [arg.startsWith("--data=") ? `${arg}-kubeflow` : arg];
  });
  return [...rest, ...port];
}
