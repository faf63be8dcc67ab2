import type { StoreCounts } from "../ports/store.ts";
import { prefersHtml } from "./accept.ts";
import type { ApiTarget } from "./api-routes.ts";
import { schemeOf } from "./approach.ts";
import { arrivalOf } from "./arrival.ts";
import { pageNotFoundAnswer } from "./error-answers.ts";
import type { Exchange } from "./exchange.ts";
import { siteTarget } from "./listener.ts";
import type { Metrics } from "./metrics.ts";
import type { Serve } from "./operation-route.ts";
import { createRouter, type Router } from "./router.ts";
import { visitOf } from "./visit.ts";

/** What is served outside `/apis`: the page for people, and the metrics. */
export function createSiteRouter(options: {
  readonly version: string;
  /** Undefined on a server for many users. */
  readonly counts: (() => Promise<StoreCounts>) | undefined;
  readonly metrics: Metrics;
}): Router<ApiTarget> {
  const { version, counts, metrics } = options;
  /** Loaded when somebody looks: a server that only machines talk to never needs it. */
  const page: Serve = async (exchange) => {
    const { welcomePage } = await import("./page/welcome-page.ts");
    const arrival = arrivalOf(exchange.incoming);
    const visit = visitOf(exchange.incoming);
    const user = arrival.by === "this process" ? arrival.user : undefined;
    const person = user === undefined || visit === undefined ? undefined : { user, ...visit };
    return welcomePage({ version, url: visit?.url ?? urlOf(exchange), counts: await counts?.(), person });
  };
  /** `ml-pipeline` has nothing at its root, `ml-pipeline-ui` has its page there: the reader's wish decides. */
  const root: Serve = async (exchange, params) => {
    if (prefersHtml(exchange.incoming.headers.accept)) return page(exchange, params);
    return { ...pageNotFoundAnswer, headers: { ...pageNotFoundAnswer.headers, vary: "Accept" } };
  };
  /** What comes through a gateway comes from a person, and numbers over all users are none of theirs. */
  const numbers: Serve = async (exchange, params) =>
    arrivalOf(exchange.incoming).by === "this process" ? pageNotFoundAnswer : metrics.serve(exchange, params);
  return createRouter([
    { method: "GET", path: "/", target: siteTarget("page", root) },
    { method: "GET", path: "/pipeline", target: siteTarget("page", page) },
    { method: "GET", path: "/pipeline/", target: siteTarget("page", page) },
    { method: "GET", path: "/metrics", target: siteTarget("metrics", numbers) },
  ]);
}

/** The guard has looked at the host already: it is one of this server's. */
function urlOf({ incoming }: Exchange): string {
  return `${schemeOf(incoming)}://${incoming.headers.host ?? "localhost"}`;
}
