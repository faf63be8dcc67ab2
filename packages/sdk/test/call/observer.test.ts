import { describe, expect, test } from "vitest";
import { maskedHeaders } from "../../src/call/observer.ts";
import { bearerToken, Client, type FailureEvent, type RequestEvent, type ResponseEvent } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { experimentOf, json, localServer } from "../helpers/local-server.ts";

describe("the observer", () => {
  test("sees each request and its answer, with secrets masked", async () => {
    const server = await localServer((_request, response) =>
      json(response, 200, experimentOf("1"), { "set-cookie": "session=hunter2" }),
    );
    const requests: RequestEvent[] = [];
    const responses: ResponseEvent[] = [];
    const kfp = new Client({
      host: server.origin,
      credentials: bearerToken("hunter2"),
      headers: { "x-auth-token": "hunter2" },
      observer: { onRequest: (event) => requests.push(event), onResponse: (event) => responses.push(event) },
    });
    await kfp.experiments.get("1");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      operation: "experiments.get",
      method: "GET",
      url: `${server.origin}/apis/v2beta1/experiments/1`,
      attempt: 1,
      headers: { authorization: "Bearer ***", "x-auth-token": "***", accept: "application/json" },
    });
    expect(responses[0]).toMatchObject({ status: 200, responseHeaders: { "set-cookie": "session=***" } });
    expect(responses[0]?.durationMs).toBeGreaterThan(0);
    expect(JSON.stringify([requests, responses])).not.toContain("hunter2");
    // The server, of course, got them.
    expect(server.received[0]?.headers.authorization).toBe("Bearer hunter2");
  });

  test("sees a request that is not answered", async () => {
    const server = await localServer((_request, response) => void response.destroy());
    const failures: FailureEvent[] = [];
    await failureOf(
      new Client({
        host: server.origin,
        maxRetries: 0,
        observer: { onFailure: (event) => failures.push(event) },
      }).runs.get("1"),
    );
    expect(failures).toMatchObject([{ operation: "runs.get", error: { code: "CONNECTION_LOST" } }]);
  });

  test("cannot hurt the call by throwing", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    const boom = () => {
      throw new Error("boom");
    };
    const kfp = new Client({ host: server.origin, observer: { onRequest: boom, onResponse: boom } });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("masks whatever may hold a secret, and nothing else", () => {
    expect(
      maskedHeaders({
        Authorization: "Basic dXNlcg==",
        "proxy-authorization": "raw-secret",
        cookie: "oauth2_proxy_kubeflow=abc; other=def",
        "set-cookie": ["a=1; Path=/", "b=2"],
        "x-api-key": "k",
        "kubeflow-userid": "alice@example.com",
        "content-type": "application/json",
        absent: undefined,
      }),
    ).toEqual({
      Authorization: "Basic ***",
      "proxy-authorization": "***",
      cookie: "oauth2_proxy_kubeflow=***",
      "set-cookie": "a=***",
      "x-api-key": "***",
      "kubeflow-userid": "alice@example.com",
      "content-type": "application/json",
    });
  });
});
