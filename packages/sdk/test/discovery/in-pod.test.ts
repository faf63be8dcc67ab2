import { describe, expect, test } from "vitest";
import { defaultTokenPath } from "../../src/credentials/token-volume.ts";
import { namespacePath } from "../../src/discovery/pod.ts";
import type { ClientOptions, CommonOptions } from "../../src/index.ts";
import { bearerToken } from "../../src/index.ts";
import { KfpClient } from "../../src/kfp-client.ts";
import { nodePlatform } from "../../src/platform/node.ts";
import type { Platform } from "../../src/platform/platform.ts";
import type { Transport, TransportRequest } from "../../src/transport/transport.ts";
import { failureOf } from "../helpers/failure.ts";
import { localServer, page } from "../helpers/local-server.ts";

interface PodOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

const profile: PodOptions = {
  variables: { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
  files: { [namespacePath]: "team-a\n", [defaultTokenPath]: "mounted" },
};

/** Node in a pod as the test says, whose mounted token is what stands in the file. */
function podOf({ variables = {}, files = {} }: PodOptions): Platform {
  return {
    ...nodePlatform,
    surroundings: {
      variable: (name) => variables[name] || undefined,
      exists: (path) => path in files,
      readNow: (path) => files[path],
    },
    mountedToken: () => ({
      headers: () => ({ authorization: `Bearer ${files[defaultTokenPath] ?? "of the variable"}` }),
    }),
  };
}

/** A cluster in which these services answer so; every other name is not known, and undefined never answers. */
function cluster(services: Readonly<Record<string, string | undefined>>) {
  const asked: TransportRequest[] = [];
  const transport: Transport = {
    send: (request) => {
      asked.push(request);
      if (!(request.origin in services)) {
        return Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }));
      }
      const body = services[request.origin];
      if (body === undefined) {
        return new Promise((_resolve, reject) => {
          request.signal?.addEventListener("abort", () => reject(request.signal?.reason));
        });
      }
      const isDenied = body.startsWith("RBAC") && request.headers.authorization === undefined;
      const json = body.startsWith("{") ? body : '{"multi_user":true}';
      return Promise.resolve({
        status: isDenied ? 403 : 200,
        headers: { "content-type": isDenied ? "text/plain" : "application/json" },
        body: isDenied ? body : request.path.includes("/healthz") ? json : "{}",
      });
    },
  };
  const calls = () => asked.filter(({ path }) => !path.includes("healthz"));
  return { transport, asked, calls };
}

const clientIn = (pod: PodOptions, options: ClientOptions = {}) => new KfpClient(options, podOf(pod));
const healthy = '{"multi_user":true}';
const api = { "http://ml-pipeline.kubeflow:8888": healthy, "http://ml-pipeline-ui.kubeflow": healthy };

describe("in a pod, without anything said", () => {
  test("the first call finds the API, and sends the pod's token and namespace there", async () => {
    const { transport, asked, calls } = cluster(api);
    const kfp = clientIn(profile, { transport });
    expect([kfp.host, kfp.namespace]).toEqual([undefined, "team-a"]);
    expect(asked).toHaveLength(0);
    await kfp.experiments.list();
    expect(kfp.host).toBe("http://ml-pipeline.kubeflow:8888");
    expect(calls()).toMatchObject([
      {
        origin: "http://ml-pipeline.kubeflow:8888",
        path: "/apis/v2beta1/experiments?namespace=team-a",
        headers: { authorization: "Bearer mounted" },
      },
    ]);
  });

  test("looking around sends neither the token nor the caller's headers", async () => {
    const { transport, asked } = cluster(api);
    await clientIn(profile, { transport, headers: { "x-secret": "hunter2" } }).ready();
    expect(asked.map(({ origin, path }) => origin + path)).toEqual(
      ["ml-pipeline.team-a:8888", "ml-pipeline-ui.team-a", "ml-pipeline.kubeflow:8888", "ml-pipeline-ui.kubeflow"].map(
        (service) => `http://${service}/apis/v2beta1/healthz`,
      ),
    );
    expect(JSON.stringify(asked.map(({ headers }) => headers))).not.toMatch(/hunter2|mounted/);
  });

  test("calls at the same time look around once, and so do clients that were made of this one", async () => {
    const { transport, asked } = cluster(api);
    const kfp = clientIn(profile, { transport });
    const other = kfp.withOptions({ timeoutMs: 5_000 });
    await Promise.all([kfp.experiments.list(), kfp.runs.list(), other.pipelines.list(), other.ready()]);
    expect(asked.filter(({ path }) => path.includes("healthz"))).toHaveLength(4);
    expect(other.host).toBe(kfp.host);
  });

  test("either of the two services does where a NetworkPolicy lets in through one only", async () => {
    const [one, other] = ["http://ml-pipeline.kubeflow:8888", "http://ml-pipeline-ui.kubeflow"] as const;
    for (const [open, dropped] of [
      [one, other],
      [other, one],
    ] as const) {
      const { transport } = cluster({ [open]: healthy, [dropped]: undefined });
      expect((await clientIn(profile, { transport }).ready()).host).toBe(open);
    }
  });

  test("one that a mesh guards is found too: with the token it answers", async () => {
    const { transport, calls } = cluster({ "http://ml-pipeline-ui.kubeflow": "RBAC: access denied" });
    const kfp = clientIn(profile, { transport });
    await kfp.experiments.list();
    expect(kfp.host).toBe("http://ml-pipeline-ui.kubeflow");
    expect(calls()).toMatchObject([{ headers: { authorization: "Bearer mounted" } }]);
  });

  test("a pod is known by its variable or by its mounted namespace", async () => {
    const { transport } = cluster(api);
    expect(clientIn({ files: profile.files ?? {} }, { transport }).namespace).toBe("team-a");
    const bare = clientIn({ variables: profile.variables ?? {} }, { transport });
    await bare.experiments.list();
    expect([bare.host, bare.namespace]).toEqual(["http://ml-pipeline.kubeflow:8888", undefined]);
  });

  test("a namespace file that holds none is none", () => {
    const { transport } = cluster(api);
    for (const text of ["", "../../x", "a b", "A"]) {
      const files = { [namespacePath]: text };
      expect(clientIn({ ...profile, files }, { transport }).namespace).toBeUndefined();
    }
  });

  test("nothing that answers is NO_ENDPOINT, which says what was asked; the next call looks again", async () => {
    const services: Record<string, string> = {};
    const { transport, asked } = cluster(services);
    const kfp = clientIn(profile, { transport });
    const error = await failureOf(kfp.experiments.list());
    expect(error.code).toBe("NO_ENDPOINT");
    for (const name of ["ml-pipeline.team-a:8888", "ml-pipeline-ui.kubeflow"]) expect(error.message).toContain(name);
    expect(error.message).toContain("the host name does not exist");
    expect(asked).toHaveLength(4);
    Object.assign(services, api);
    await kfp.experiments.list();
  });

  test("the caller's signal ends the waiting, and not the looking of others", async () => {
    const { transport } = cluster({ "http://ml-pipeline.kubeflow:8888": undefined });
    const kfp = clientIn(profile, { transport });
    const reason = new Error("enough");
    const controller = new AbortController();
    const waiting = kfp.experiments.list({}, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    await expect(waiting).rejects.toBe(reason);
  });
});

test("looking around counts to the time of the call", async () => {
  const { transport } = cluster({ "http://ml-pipeline.kubeflow:8888": undefined });
  const error = await failureOf(clientIn(profile, { transport }).runs.list({}, { totalTimeoutMs: 20 }));
  expect(error).toMatchObject({ code: "TOTAL_TIMEOUT", timeoutMs: 20 });
});

describe("what was said wins over what is found", () => {
  const token = (call: TransportRequest | undefined) => call?.headers.authorization;

  test.each<readonly [string, PodOptions, CommonOptions]>([
    ["the host", profile, { host: "http://localhost:3000" }],
    [
      "KF_PIPELINES_ENDPOINT",
      { ...profile, variables: { ...profile.variables, KF_PIPELINES_ENDPOINT: "http://localhost:3000" } },
      {},
    ],
  ])("%s: then nothing is looked for, and a server elsewhere gets nothing of the pod", async (_, pod, options) => {
    const { transport, asked } = cluster({ "http://localhost:3000": healthy });
    const kfp = clientIn(pod, { ...options, transport });
    expect([kfp.host, kfp.namespace]).toEqual(["http://localhost:3000", undefined]);
    await kfp.ready();
    await kfp.experiments.list();
    expect(asked).toHaveLength(1);
    expect(token(asked[0])).toBeUndefined();
  });

  test("a host that is a service of Kubeflow Pipelines gets the token and the namespace of the pod", async () => {
    const { transport, asked } = cluster(api);
    const kfp = clientIn(profile, { host: "http://ml-pipeline-ui.kubeflow", transport });
    await kfp.experiments.list();
    expect(asked).toMatchObject([{ path: "/apis/v2beta1/experiments?namespace=team-a" }]);
    expect(token(asked[0])).toBe("Bearer mounted");
  });

  test("credentials, and headers that say who is asking", async () => {
    const { transport, calls } = cluster(api);
    await clientIn(profile, { transport, credentials: bearerToken("mine") }).runs.list();
    await clientIn(profile, { transport, headers: { Authorization: "Basic mine" } }).runs.list();
    await clientIn(profile, { transport, headers: { cookie: "session=mine" } }).runs.list();
    expect(calls().map(token)).toEqual(["Bearer mine", "Basic mine", undefined]);
  });

  test("the namespace, also the empty one that is none", async () => {
    const { transport, calls } = cluster(api);
    expect(clientIn(profile, { transport, namespace: "team-b" }).namespace).toBe("team-b");
    const none = clientIn(profile, { transport, namespace: "" });
    await none.experiments.list();
    await clientIn(profile, { transport }).pipelines.list({ namespace: "" });
    expect(calls().map(({ path }) => path)).toEqual(["/apis/v2beta1/experiments", "/apis/v2beta1/pipelines"]);
  });

  test.each<readonly [string, PodOptions, CommonOptions]>([
    ["pipelinesNamespace", profile, { pipelinesNamespace: "kfp" }],
    ["KF_PIPELINES_NAMESPACE", { ...profile, variables: { ...profile.variables, KF_PIPELINES_NAMESPACE: "kfp" } }, {}],
  ])("%s is the only one that is looked in", async (_, pod, options) => {
    const { transport, asked } = cluster({ "http://ml-pipeline-ui.kfp": healthy, ...api });
    expect((await clientIn(pod, { ...options, transport }).ready()).host).toBe("http://ml-pipeline-ui.kfp");
    expect(asked.map(({ origin }) => origin)).toEqual(["http://ml-pipeline.kfp:8888", "http://ml-pipeline-ui.kfp"]);
  });

  test("a pipelinesNamespace that is none is refused when the client is made", async () => {
    const { transport } = cluster(api);
    const error = await failureOf(() => clientIn(profile, { transport, pipelinesNamespace: "evil.example.com/" }));
    expect(error.code).toBe("BAD_OPTION");
  });
});

test("outside a pod nothing is looked for: making the client says what is missing", async () => {
  const error = await failureOf(() => clientIn({}));
  expect(error.code).toBe("NO_ENDPOINT");
  for (const known of ["KF_PIPELINES_ENDPOINT", "KUBERNETES_SERVICE_HOST", namespacePath]) {
    expect(error.message).toContain(known);
  }
});

test("outside a pod a service's name gets no token and no namespace, whatever the variable says", async () => {
  const { transport, asked } = cluster(api);
  const variables = { KF_PIPELINES_SA_TOKEN_PATH: "/somewhere" };
  await clientIn({ variables }, { host: "http://ml-pipeline-ui.kubeflow", transport }).experiments.list();
  expect(asked).toMatchObject([{ path: "/apis/v2beta1/experiments" }]);
  expect(asked[0]?.headers.authorization).toBeUndefined();
});

describe("the lookup of the client", () => {
  const answering = () =>
    localServer((request, response) =>
      page(response, 200, "application/json", request.url.includes("healthz") ? healthy : "{}"),
    );

  test("leads a service's name to loopback, on the port of the host", async () => {
    const { port, received } = await answering();
    const lookup = async () => [{ address: "127.0.0.1", family: 4 as const }];
    const kfp = clientIn({}, { host: `http://ml-pipeline-ui.kubeflow:${port}`, lookup });
    await kfp.experiments.list();
    expect(received).toMatchObject([{ headers: { host: `ml-pipeline-ui.kubeflow:${port}` } }]);
    await kfp.close();
  });

  test("is asked for every name that is tried in a pod", async () => {
    const names: string[] = [];
    const lookup = async (name: string) => {
      names.push(name);
      return [];
    };
    const error = await failureOf(clientIn(profile, { lookup }).experiments.list());
    expect(error.code).toBe("NO_ENDPOINT");
    expect(names.sort()).toEqual([
      "ml-pipeline-ui.kubeflow",
      "ml-pipeline-ui.team-a",
      "ml-pipeline.kubeflow",
      "ml-pipeline.team-a",
    ]);
  });
});
