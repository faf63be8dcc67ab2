import { get } from "node:http";
import { get as getWithTls } from "node:https";
import { StartError } from "../start-error.ts";

const PATH = "/apis/v2beta1/healthz";

/**
 * Asks a server for its health, so that nobody is told that it is ready before it answers.
 *
 * @throws StartError where it does not.
 */
export function awaitReady(host: string, port: number, scheme: "http" | "https" = "http"): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => {
      reject(new StartError("ERR_NOT_READY", `The server listens on port ${port} but does not answer.`, { cause }));
    };
    const headers = { host: `localhost:${port}` };
    const options = { host: reachable(host), port, path: PATH, headers, agent: false, timeout: 10_000 };
    // Nothing is told to it but that question, and its certificate may be for another name.
    const ask = scheme === "https" ? getWithTls : get;
    ask({ ...options, ...(scheme === "https" && { rejectUnauthorized: false }) }, (response) => {
      response.resume();
      if (response.statusCode === 200) response.once("end", resolve);
      else fail(new Error(`It answers ${PATH} with ${response.statusCode}.`));
    })
      .once("timeout", fail)
      .once("error", fail);
  });
}

/** Under which address something can be reached that listens on this one: a wildcard means all of them. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
