import { describe, expect, test } from "vitest";
import { Client, type ErrorCode } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, closedPort, experimentOf, json, localServer, page, refusal } from "../helpers/local-server.ts";

/** What a call gets that lists experiments, or creates one, where everything is answered like this. */
async function failsWith(answer: Answer, { path = "", creates = false } = {}) {
  const { origin } = await localServer(answer);
  const { experiments } = new Client({ host: origin + path, maxRetries: 0 });
  const error = await failureOf(
    creates ? experiments.create({ displayName: "x" }) : experiments.list({ namespace: "team-a" }),
  );
  return { error, origin };
}

const refuses =
  (status: number, code: number, text: string): Answer =>
  (_request, response) =>
    json(response, status, refusal(code, text));
const says =
  (status: number, type: string, body: string): Answer =>
  (_request, response) =>
    page(response, status, type, body);

describe("a call names what is wrong, and how to mend it", () => {
  test.each<readonly [string, Answer, ErrorCode]>([
    [
      "B16: cookies that are too many, as Node and Envoy say it",
      says(431, "text/plain", "Request Header Fields Too Large"),
      "HEADERS_TOO_LARGE",
    ],
    [
      "B16: cookies that are too many, as nginx says it",
      says(400, "text/html", "<html><title>400 Request Header Or Cookie Too Large</title></html>"),
      "HEADERS_TOO_LARGE",
    ],
    [
      "B16: headers that the gateway of the API cannot pass on",
      refuses(429, 8, "received initial metadata size exceeds limit"),
      "HEADERS_TOO_LARGE",
    ],
    [
      "B19: no namespace on a multi-user deployment",
      refuses(400, 3, "Invalid input error: ListExperiment requires filtering by namespace"),
      "NAMESPACE_REQUIRED",
    ],
    [
      "B19: an empty namespace on a multi-user deployment",
      refuses(400, 3, "Invalid input error: Namespace is empty"),
      "NAMESPACE_REQUIRED",
    ],
    [
      "B19: a namespace on a single-user deployment",
      refuses(400, 3, "Invalid input error: In single-user mode, ListExperiment cannot filter by namespace"),
      "NAMESPACE_NOT_SUPPORTED",
    ],
  ])("%s", async (_what, answer, code) => {
    const { error } = await failsWith(answer);
    expect(error, error.message).toMatchObject({ code, docs: `docs/errors/${code}.md` });
    expect(error.fix).not.toBe("");
  });

  test("B7: the RoleBinding for one user does not replace that of another", async () => {
    const bindingFor = async (user: string) => {
      const why = `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,})`;
      const { error } = await failsWith(refuses(403, 7, why));
      expect(error.code).toBe("PERMISSION_DENIED");
      return /metadata:\n {2}name: (.*)\n {2}namespace: team-a\n/.exec(error.fix)?.[1];
    };
    expect(await bindingFor("ada@example.com")).toBe('"allow-user-ada@example.com-kubeflow-edit"');
    expect(await bindingFor("bob@example.com")).toBe('"allow-user-bob@example.com-kubeflow-edit"');
  });

  test("B21: changes below the frame of the dashboard are refused, and the endpoint to use is named", async () => {
    const answer: Answer = ({ url }, response) =>
      page(response, 404, "text/html; charset=utf-8", `<pre>Cannot POST ${url}</pre>`);
    const { error, origin } = await failsWith(answer, { path: "/_/pipeline", creates: true });
    expect(error).toMatchObject({ code: "WRONG_PATH", fix: `Use the endpoint ${origin}/pipeline` });
  });

  test("B26: a proxy that was passed and does not answer is named, not the endpoint behind it", async () => {
    const port = await closedPort();
    const kfp = new Client({
      host: "http://ml-pipeline.kubeflow:8888",
      proxy: `http://127.0.0.1:${port}`,
      maxRetries: 0,
    });
    const error = await failureOf(kfp.experiments.get("1"));
    expect(error.code).toBe("PROXY_FAILED");
    expect(error.message).toContain(String(port));
  });

  test("a name that experiments of several namespaces have is AMBIGUOUS_NAME", async () => {
    const { origin } = await localServer((_request, response) =>
      json(response, 200, { experiments: [experimentOf("1"), experimentOf("2")].map(sameName) }),
    );
    const error = await failureOf(new Client({ host: origin }).experiments.getByName("twice"));
    expect(error).toMatchObject({ code: "AMBIGUOUS_NAME" });
    expect(error.message).toContain('"twice"');
  });
});

function sameName<T extends object>(experiment: T) {
  return { ...experiment, display_name: "twice" };
}
