import type { ConnectStep } from "../connect/connect-step.ts";
import type { Connection, Gateway } from "../connect/connection.ts";
import { readDenial } from "../errors/denial.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { Hearing } from "./heard.ts";
import { failed, good, noted, type Probes, type Seen, skipped } from "./probes.ts";

/** What going the way came to: a connection, or why there is none. */
export type Outcome =
  | { readonly connection: Connection; readonly error?: undefined }
  | { readonly connection?: undefined; readonly error: KfpError };

/** Each thing that was looked at on the way, in the words of `connect()`. */
export function seenOnTheWay(steps: readonly ConnectStep[], probes: Probes): void {
  for (const { source, outcome, fact, durationMs } of steps) {
    const seen: Seen =
      outcome === "failed"
        ? failed(`${source}: ${fact}`)
        : outcome === "used"
          ? good(`${source}: ${fact}`)
          : skipped(`${source}: ${fact}`);
    probes.note("way", seen, durationMs);
  }
}

/** What answered, request by request. */
export function seenOfHttp(steps: readonly ConnectStep[], hearing: Hearing, { error }: Outcome, probes: Probes): void {
  const asked = steps.flatMap((step) => step.asked);
  if (asked.length === 0) {
    probes.note("http", skipped("nothing was asked"));
    return;
  }
  asked.forEach(({ method, url, status, saw, durationMs }, index) => {
    const server = hearing.answers.find((answer) => answer.url.split("?", 1)[0] === url)?.headers.server;
    const by = server === undefined ? "" : ` (server: ${server.replace(/[^\x20-\x7e]/g, "?").slice(0, 80)})`;
    const line = `${method} ${url}: ${status === undefined ? "no answer" : `HTTP ${status}`}${by}, ${saw}`;
    const isLast = index === asked.length - 1;
    const isBad = status === undefined || (isLast && error !== undefined);
    probes.note("http", isBad ? failed(line, isLast ? error?.code : undefined) : good(line), durationMs);
  });
}

/** What stands before the API. */
export function seenOfGateway({ connection, error }: Outcome, steps: readonly ConnectStep[]): Seen {
  if (connection !== undefined) {
    return good(connection.gateway === undefined ? "none: the API answers by itself" : nameOf(connection.gateway));
  }
  if (error?.code === "MESH_DENIED")
    return failed("the service mesh refuses before the API sees the request", "MESH_DENIED");
  if (error?.code === "LOGIN_REQUIRED") {
    const saw = steps.flatMap(({ asked }) => asked.map((one) => one.saw)).join(" ");
    const name = /\b(oauth2-proxy|oidc-authservice)\b/.exec(saw)?.[1] ?? "something";
    return failed(`${name} stands before the API and wants a login`, "LOGIN_REQUIRED");
  }
  return skipped("not reached");
}

/** Whether what says who is asking was taken. */
export function seenOfLogin({ connection, error }: Outcome, isAuthenticated: boolean): Seen {
  if (connection !== undefined) {
    const { credentialsEnd, multiUser } = connection;
    if (!isAuthenticated) return multiUser ? noted("nothing was sent that says who is asking") : good("not needed");
    const end = credentialsEnd === undefined ? "" : `; it ends ${credentialsEnd.toISOString()}`;
    return good(`what says who is asking was taken${end}`);
  }
  if (error.code === "PERMISSION_DENIED" && isAuthenticated && readDenial(error.message) !== undefined) {
    return good("what says who is asking was taken");
  }
  if (error.kind === "access" && error.code !== "PERMISSION_DENIED") {
    return failed(
      isAuthenticated ? "what says who is asking was not taken" : "nothing was sent that says who is asking",
      error.code,
    );
  }
  return skipped("not reached");
}

function nameOf(gateway: Gateway): string {
  return gateway === "other" ? "a gateway of a kind that is not known" : gateway;
}
