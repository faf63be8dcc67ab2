import { describe, expect, test } from "vitest";
import type { ConnectStep } from "../../src/connect/connect-step.ts";
import { findConnection } from "../../src/connect/find-connection.ts";
import { KfpError } from "../../src/index.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { closedPort, localServer } from "../helpers/local-server.ts";
import {
  announcedAt,
  connectFailure,
  connectIn,
  gateway,
  inPod,
  many,
  portsOf,
  refusedIn,
  session,
  single,
  user,
  type World,
} from "./scene.ts";

const own = nodeHttpTransport({ connectTimeoutMs: 3_000 });
/** A cluster whose name service knows ml-pipeline in kubeflow, which is this server. */
const inCluster = (origin: string): Transport => ({
  send: (request) =>
    request.origin === "http://ml-pipeline.kubeflow:8888"
      ? own.send({ ...request, origin })
      : /ml-pipeline/.test(request.origin)
        ? Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }))
        : own.send(request),
});
const unusable = new KfpError("CONTEXT_UNUSABLE", { message: "The file of contexts is broken." });
const unreachable = new KfpError("CLUSTER_UNREACHABLE", { message: "The cluster does not answer." });

describe("connect without options", () => {
  test("goes to the first that is there: context, environment, pod, kubeconfig, what runs on this machine", async () => {
    const { origin } = await localServer(single);
    const everything: World = {
      variables: { ...inPod.variables, KF_PIPELINES_ENDPOINT: origin },
      files: inPod.files ?? {},
      context: { endpoint: origin },
      cluster: [{ at: "kubeflow/ml-pipeline-ui", host: origin }],
      announced: [announcedAt(origin)],
    };
    const options = { transport: inCluster(origin) };
    const howIn = async (world: World) => (await connectIn(world, options)).connected.connection.how;
    expect(await howIn(everything)).toBe("context");
    const { context: _context, ...afterContext } = everything;
    expect(await howIn(afterContext)).toBe("environment");
    const afterEnvironment = { ...afterContext, variables: inPod.variables ?? {} };
    expect(await howIn(afterEnvironment)).toBe("pod");
    const { files: _files, variables: _variables, ...afterPod } = afterEnvironment;
    expect(await howIn(afterPod)).toBe("kubeconfig");
    const { cluster: _cluster, ...afterCluster } = afterPod;
    expect(await howIn(afterCluster)).toBe("announced");
  });

  test("context, environment and pod at once: the context is used, and why tells what was passed over", async () => {
    const { origin } = await localServer(single);
    const world = {
      ...inPod,
      variables: { ...inPod.variables, KF_PIPELINES_ENDPOINT: "https://other.example.com" },
      context: { endpoint: origin },
      announced: [announcedAt("http://127.0.0.1:3000")],
    };
    const { connection } = (await connectIn(world)).connected;
    expect(connection).toMatchObject({ how: "context", host: origin });
    expect(connection.why).toBe(
      "The saved context work, the current one. KF_PIPELINES_ENDPOINT says another one, and was passed over. " +
        "Passed over was what runs on this machine: http://127.0.0.1:3000.",
    );
    expect(connection.steps.map(({ source, outcome }) => [source, outcome])).toEqual([
      ["passed", "absent"],
      ["context", "used"],
    ]);
  });

  test("a server is not passed over by whoever goes through its gateway", async () => {
    const { origin } = await localServer(single);
    const announced = [{ ...announcedAt("http://127.0.0.1:3000"), gateway: origin }];
    const { connection } = (await connectIn({ context: { endpoint: origin }, announced })).connected;
    expect(connection.why).toBe("The saved context work, the current one.");
  });

  test("tells each step as soon as it is known what came of it", async () => {
    const { origin } = await localServer(single);
    const told: ConnectStep[] = [];
    const options = { onStep: (step: ConnectStep) => void told.push(step) };
    const { connection } = (await connectIn({ announced: [announcedAt(origin)] }, options)).connected;
    expect(told).toEqual(connection.steps);
    expect(told.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      "passed absent",
      "context absent",
      "environment absent",
      "pod absent",
      "kubeconfig absent",
      "announced used",
    ]);
    expect(told.at(-1)?.asked).toMatchObject([{ url: `${origin}/apis/v2beta1/healthz`, status: 200 }]);
  });

  test("whoever looks on and fails changes nothing", async () => {
    const { origin } = await localServer(single);
    const onStep = () => {
      throw new Error("broken");
    };
    expect((await connectIn({ announced: [announcedAt(origin)] }, { onStep })).connected.connection.host).toBe(origin);
  });

  test("nothing at all is NO_ENDPOINT, with the whole trail and the command that starts a server here", async () => {
    const error = await refusedIn({});
    expect(error.code).toBe("NO_ENDPOINT");
    expect(error.message).toBe(
      [
        "No Kubeflow Pipelines was found. Looked at were:",
        "  passed: No host was passed.",
        "  context: No context is saved and chosen.",
        "  environment: KF_PIPELINES_ENDPOINT is not set.",
        "  pod: This is no pod of a cluster.",
        "  kubeconfig: There is no kubeconfig.",
        "  announced: No server was announced on this machine.",
      ].join("\n"),
    );
    expect(error.fix).toContain("npx @kfp-ts/cli serve");
    expect(error.steps.map(({ source }) => source)).toEqual([
      "passed",
      "context",
      "environment",
      "pod",
      "kubeconfig",
      "announced",
    ]);
  });

  test("a context that cannot be used is an error at once: nothing else is looked at", async () => {
    const { origin } = await localServer(single);
    const error = await refusedIn({ context: unusable, announced: [announcedAt(origin)] });
    expect(error).toMatchObject({ code: "CONTEXT_UNUSABLE", cause: unusable });
    expect(error.steps.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      "passed absent",
      "context failed",
    ]);
  });

  test("what the context or the environment says and does not answer is an error at once", async () => {
    const { origin } = await localServer(single);
    const nobody = `http://127.0.0.1:${await closedPort()}`;
    const world = { announced: [announcedAt(origin)] };
    const ofContext = await refusedIn({ ...world, context: { endpoint: nobody } });
    expect(ofContext).toMatchObject({ code: "CONNECTION_REFUSED", steps: [{}, { source: "context" }] });
    const ofEnvironment = await refusedIn({ ...world, variables: { KF_PIPELINES_ENDPOINT: nobody } });
    expect(ofEnvironment).toMatchObject({ code: "CONNECTION_REFUSED", steps: [{}, {}, { source: "environment" }] });
  });

  test("a pod without Kubeflow Pipelines around it is passed over, and why says so", async () => {
    const { origin } = await localServer(single);
    const transport = inCluster(`http://127.0.0.1:${await closedPort()}`);
    const { connection } = (await connectIn({ ...inPod, announced: [announcedAt(origin)] }, { transport })).connected;
    expect(connection.how).toBe("announced");
    expect(connection.why).toContain("In the cluster of this pod no Kubeflow Pipelines answers");
    expect(connection.steps.find(({ source }) => source === "pod")?.asked).toHaveLength(4);
  });

  test("a cluster that does not answer is passed over, and why says so", async () => {
    const { origin } = await localServer(single);
    const { connection } = (await connectIn({ cluster: unreachable, announced: [announcedAt(origin)] })).connected;
    expect(connection.how).toBe("announced");
    expect(connection.why).toContain("The cluster does not answer.");
  });

  test("a cluster that refuses is an error: it is there", async () => {
    const refused = new KfpError("CLUSTER_DENIED", { message: "Not allowed." });
    expect((await refusedIn({ cluster: refused, announced: [announcedAt("http://127.0.0.1:1")] })).code).toBe(
      "CLUSTER_DENIED",
    );
    // But hardly any account of a pod may list services, and nobody has chosen it.
    const transport = inCluster(`http://127.0.0.1:${await closedPort()}`);
    expect((await refusedIn({ ...inPod, cluster: refused }, { transport })).code).toBe("NO_ENDPOINT");
  });
});

describe("servers that are announced on this machine", () => {
  test("several that fit are an error that lists them all: which is meant is not guessed", async () => {
    const [one, same, other] = [await localServer(single), await localServer(single), await localServer(many)];
    const announced = [announcedAt(one.origin), announcedAt(same.origin), announcedAt(other.origin, true)];
    const error = await refusedIn({ announced });
    expect(error.code).toBe("AMBIGUOUS_ENDPOINT");
    expect(error.fix).toContain(`connect({ host: "${one.origin}" })`);
    expect(error.fix).toContain(`connect({ host: "${other.origin}" })  (process 42, for many users)`);
  });

  test("of one for a single user and one for many, credentials choose, and why tells of the other", async () => {
    const [one, other] = [await localServer(single), await localServer(many)];
    const announced = [announcedAt(one.origin), announcedAt(other.origin, true)];
    const without = (await connectIn({ announced })).connected.connection;
    expect(without.host).toBe(one.origin);
    expect(without.why).toContain(`passed over (for many users, and no credentials were passed): ${other.origin}.`);
    const withThem = (await connectIn({ announced }, { credentials: session })).connected.connection;
    expect(withThem.host).toBe(other.origin);
    expect(withThem.why).toContain(`passed over (for a single user, and credentials were passed): ${one.origin}.`);
  });

  test("of several the only one that answers is used, and why tells of the others", async () => {
    const { origin } = await localServer(single);
    const stale = `http://127.0.0.1:${await closedPort()}`;
    const { connection } = (await connectIn({ announced: [announcedAt(stale), announcedAt(origin)] })).connected;
    expect(connection.host).toBe(origin);
    expect(connection.why).toContain(`Announced, too, and without an answer: ${stale}.`);
  });

  test("a folder of announcements that others can write to is not believed, and told", async () => {
    const problem = new KfpError("FILE_UNREADABLE", { message: "Others can write to the folder." });
    const { ports } = portsOf({});
    const error = await connectFailure(findConnection({}, { ...ports, announced: () => Promise.reject(problem) }));
    expect(error.code).toBe("NO_ENDPOINT");
    expect(error.message).toContain("announced: Others can write to the folder.");
  });

  test("one for many users is reached through its gateway, with the session that is kept there", async () => {
    const [api, front] = [await localServer(many), await localServer(gateway)];
    const host = `${front.origin}/pipeline`;
    const announced = [{ ...announcedAt(api.origin, true), gateway: host }];
    const { connection } = (await connectIn({ announced, sessions: { [host]: session } })).connected;
    expect(connection).toMatchObject({ how: "announced", host, identity: user });
    expect(connection.why).toContain(`${api.origin} does not know who is asking, so the way is through its gateway.`);
    const error = await refusedIn({ announced });
    expect(error.code).toBe("LOGIN_REQUIRED");
    expect(error.fix).toContain(`kfp-ts login ${host} (then await connect() finds the session)`);
  });

  test("an announcement behind which nobody answers is told, and is no endpoint", async () => {
    const stale = `http://127.0.0.1:${await closedPort()}`;
    const error = await refusedIn({ announced: [announcedAt(stale)] });
    expect(error.code).toBe("NO_ENDPOINT");
    expect(error.message).toMatch(/announced: The server that was announced on this machine .* does not answer/);
  });
});
