import { describe, expect, test } from "vitest";
import { Client, connect } from "../../src/browser.ts";
import { json, localServer } from "../helpers/local-server.ts";
import { connectFailure, single } from "./scene.ts";

describe("connect in a browser", () => {
  test("goes to the host that is passed, with fetch", async () => {
    const server = await localServer(single);
    await using kfp = await connect({ host: server.origin });
    expect(kfp).toBeInstanceOf(Client);
    expect(kfp.connection).toMatchObject({ how: "passed", host: server.origin, serverVersion: "2.5.0" });
    expect(server.received[0]?.headers["user-agent"]).not.toMatch(/kfp-ts/);
  });

  test("goes with a fetch of the caller's", async () => {
    const server = await localServer(single);
    let calls = 0;
    const own: typeof fetch = (...args) => {
      calls += 1;
      return fetch(...args);
    };
    const kfp = await connect({ host: server.origin, fetch: own });
    await kfp.experiments.list();
    expect(calls).toBe(2);
  });

  test("without a host there is nothing to look at, whatever the environment says", async () => {
    process.env.KF_PIPELINES_ENDPOINT = "http://127.0.0.1:1";
    try {
      const error = await connectFailure(connect());
      expect(error.code).toBe("NO_ENDPOINT");
      expect(error.steps).toMatchObject([{ source: "passed", outcome: "absent" }]);
      expect(error.fix).toMatch(/^Pass the host: connect\(\{ host:/);
    } finally {
      delete process.env.KF_PIPELINES_ENDPOINT;
    }
  });

  test.each([{ context: "work" }, { kubeContext: "kind" }, { service: "ml-pipeline-ui" }])(
    "%j is not supported here",
    async (options) => {
      expect((await connectFailure(connect(options))).code).toBe("NOT_SUPPORTED_HERE");
    },
  );

  test("tls has no effect here, and says so", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const error = await connectFailure(connect({ host: server.origin, tls: { caFile: "ca.pem" } }));
    expect(error.code).toBe("BAD_OPTION");
  });
});
