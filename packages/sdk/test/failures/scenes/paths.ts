import { json, page } from "../../helpers/local-server.ts";
import { at, healthy, html, plain, type Scene, says } from "../scene.ts";

const dashboard = "<!DOCTYPE html><html><head><title>Kubeflow Central Dashboard</title></head><body></body></html>";

/** A full Kubeflow: the API below /pipeline, the dashboard elsewhere. */
const full: Parameters<typeof at>[0] = ({ url, method }, response) => {
  if (url.startsWith("/pipeline/apis/v2beta1/healthz")) return healthy(response, false);
  if (url.startsWith("/pipeline/apis/")) return json(response, 200, {});
  if (url.startsWith("/_/pipeline") && method !== "GET") {
    return page(response, 404, html, `<pre>Cannot ${method} ${url}</pre>`);
  }
  return page(response, 200, html, dashboard);
};

/** Paths of an endpoint that lead to something else, and servers of another time. */
export const pathScenes: readonly Scene[] = [
  {
    number: 21,
    what: "the endpoint is the frame of the dashboard",
    symptom: "404 Cannot POST /_/pipeline/apis/v2beta1/experiments",
    arrange: () => at(full, {}, "/_/pipeline"),
    call: (kfp) => kfp.experiments.create({ displayName: "x" }),
    connect: "mends it",
    code: "WRONG_PATH",
    fix: /^Use the endpoint http:\/\/127\.0\.0\.1:\d+\/pipeline$/,
  },
  {
    number: 21,
    what: "the endpoint is the dashboard",
    symptom: "200 with the page of the dashboard",
    arrange: () => at(full),
    connect: "mends it",
    code: "NOT_THE_API",
    doctor: "WRONG_PATH",
    fix: /http:\/\/127\.0\.0\.1:\d+\/pipeline\b/,
  },
  {
    number: 21,
    what: "the endpoint is ml-pipeline itself with the prefix of its user interface",
    symptom: "404 page not found",
    arrange: () =>
      at(
        ({ url }, response) =>
          url.startsWith("/apis/v2beta1/healthz")
            ? healthy(response, false)
            : page(response, 404, plain, "404 page not found"),
        {},
        "/pipeline",
      ),
    connect: "mends it",
    code: "NOT_THE_API",
    doctor: "WRONG_PATH",
    fix: /http:\/\/127\.0\.0\.1:\d+\b/,
  },
  {
    number: 22,
    what: "the server is older than 2.0",
    symptom: "404 Cannot GET /apis/v2beta1/…, as the user interface of 1.8 says it",
    arrange: () =>
      at(({ url, method }, response) =>
        url.startsWith("/apis/v1beta1/healthz")
          ? json(response, 200, { tag_name: "1.8.5", multi_user: false })
          : page(response, 404, html, `<pre>Cannot ${method} ${url}</pre>`),
      ),
    code: "UNSUPPORTED_BY_SERVER",
    names: /v2beta1/,
    doctorNames: /1\.8\.5/,
  },
  {
    number: 10,
    what: "something else than Kubeflow Pipelines answers",
    symptom: "JSON parse error: Unexpected token <",
    arrange: () => at(says(200, html, "<html><title>Welcome to nginx!</title></html>")),
    code: "NOT_THE_API",
  },
];
