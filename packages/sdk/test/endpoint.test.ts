import { describe, expect, test } from "vitest";
import { parseEndpoint } from "../src/endpoint.ts";
import { Client } from "../src/index.ts";
import { failureOf } from "./helpers/failure.ts";

describe("the endpoint", () => {
  test.each([
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://localhost:3000/", "http://localhost:3000"],
    ["  https://kubeflow.example.com/pipeline//  ", "https://kubeflow.example.com/pipeline"],
    ["https://kubeflow.example.com:443/pipeline", "https://kubeflow.example.com/pipeline"],
    ["http://localhost:3000/apis/v2beta1/", "http://localhost:3000"],
    ["http://localhost:8080/pipeline/apis", "http://localhost:8080/pipeline"],
    [
      "http://server/api/v1/namespaces/kubeflow/services/ml-pipeline:http/proxy",
      "http://server/api/v1/namespaces/kubeflow/services/ml-pipeline:http/proxy",
    ],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["HTTP://LOCALHOST:3000", "http://localhost:3000"],
  ])("%j is %s", (given, url) => {
    expect(parseEndpoint(given).url).toBe(url);
  });

  test.each([
    ["localhost:3000", "http://localhost:3000"],
    ["127.0.0.1:3000/pipeline", "http://127.0.0.1:3000/pipeline"],
    ["[::1]:3000", "http://[::1]:3000"],
    ["ml-pipeline:8888", "http://ml-pipeline:8888"],
    ["ml-pipeline-ui.kubeflow", "http://ml-pipeline-ui.kubeflow"],
    ["ml-pipeline.kubeflow.svc.cluster.local:8888", "http://ml-pipeline.kubeflow.svc.cluster.local:8888"],
    ["gateway.istio-system.svc", "http://gateway.istio-system.svc"],
    ["kubeflow.example.com/pipeline", "https://kubeflow.example.com/pipeline"],
    ["httpbin.example.com", "https://httpbin.example.com"],
    ["10.0.0.7:8888", "https://10.0.0.7:8888"],
    ["[2001:db8::1]:8888", "https://[2001:db8::1]:8888"],
  ])("without a scheme, %j is %s", (given, url) => {
    expect(parseEndpoint(given).url).toBe(url);
  });

  test.each(["", "   ", "ftp://localhost", "http://", "http://a b", "http://localhost:99999", "file:///etc/passwd"])(
    "%j is refused when the client is made",
    async (host) => {
      expect((await failureOf(() => new Client({ host }))).code).toBe("BAD_ENDPOINT");
    },
  );

  test("something that is no text is refused, as programs without types give it", async () => {
    for (const host of [3000, new URL("http://localhost:3000"), null]) {
      const error = await failureOf(() => new Client({ host: host as never }));
      expect(["BAD_ENDPOINT", "NO_ENDPOINT"]).toContain(error.code);
    }
  });

  test("a URL out of a browser's address bar is refused with the part of it that is the endpoint", async () => {
    const error = await failureOf(() => new Client({ host: "http://localhost:8080/pipeline/?ns=team-a#/experiments" }));
    expect(error.code).toBe("BAD_ENDPOINT");
    expect(error.fix).toBe("Leave that out: http://localhost:8080/pipeline");
  });

  test.each([
    "http://user:hunter2@localhost:3000",
    "user:hunter2@localhost:3000",
    "https://hunter2@localhost",
    "http://user:hunter2@bad host/",
  ])("a secret in the URL is refused and does not get into the error: %s", async (host) => {
    const error = await failureOf(() => new Client({ host }));
    expect(["SECRET_IN_URL", "BAD_ENDPOINT"]).toContain(error.code);
    expect(JSON.stringify([error.message, error.fix, error.stack])).not.toContain("hunter2");
  });

  test("without a host it is KF_PIPELINES_ENDPOINT, and without that an error that names both", async () => {
    const before = process.env.KF_PIPELINES_ENDPOINT;
    try {
      process.env.KF_PIPELINES_ENDPOINT = "http://localhost:4321/pipeline";
      expect(new Client().host).toBe("http://localhost:4321/pipeline");
      expect(new Client({ host: "http://localhost:1" }).host).toBe("http://localhost:1");
      delete process.env.KF_PIPELINES_ENDPOINT;
      const error = await failureOf(() => new Client());
      expect(error.code).toBe("NO_ENDPOINT");
      expect(error.fix).toContain("host");
      expect(error.fix).toContain("KF_PIPELINES_ENDPOINT");
    } finally {
      if (before === undefined) delete process.env.KF_PIPELINES_ENDPOINT;
      else process.env.KF_PIPELINES_ENDPOINT = before;
    }
  });
});
