import { type Access, type AnyOperation, allOperations, runContents } from "@kfp-ts/api";
import { describe, expect, it } from "vitest";
import type { ResourceAttributes } from "../../src/ports/authorizer.ts";
import type { Handler } from "../../src/services/handlers.ts";
import { type UnservedEndpoint, unservedAccess } from "../../src/services/unserved.ts";
import { echo, type Harness, packageFile, refusalOf } from "./harness.ts";
import { caller, type ManyUsers, oneOfEach, startMany, type Things } from "./many-users.ts";

const PACKAGE_URL = "https://example.com/pipeline.json";
const NO_IDENTITY = "Failed to check authorization. User identity is empty in the request header";

/** The operations that ask nobody, and why. */
const open: Readonly<Record<string, string>> = {
  "healthz.get": "probes have no identity, and the answer tells of nobody's things",
  "v1.healthz": "probes have no identity, and the answer tells of nobody's things",
};

/** What an operation is sent that is to succeed in a namespace, beside the ids and names in its path. */
const given: Readonly<Record<string, (things: Things, namespace: string) => object>> = {
  "experiments.create": (_, namespace) => ({ body: { displayName: "made", namespace } }),
  "experiments.list": (_, namespace) => ({ query: { namespace } }),
  "pipelines.create": (_, namespace) => ({ body: { name: "made", namespace } }),
  "pipelines.createWithVersion": (_, namespace) => ({
    body: { pipeline: { name: "made", namespace }, pipelineVersion: { packageUrl: { pipelineUrl: PACKAGE_URL } } },
  }),
  "pipelines.upload": (_, namespace) => ({ query: { name: "made", namespace }, file: packageFile() }),
  "pipelines.getByName": (_, namespace) => ({ params: { name: `pipeline-${namespace}` }, query: { namespace } }),
  "pipelines.list": (_, namespace) => ({ query: { namespace } }),
  "pipelines.delete": () => ({ query: { cascade: true } }),
  "pipelineVersions.create": ({ pipelineId }) => ({
    body: { pipelineId, name: "made", packageUrl: { pipelineUrl: PACKAGE_URL } },
  }),
  "pipelineVersions.upload": ({ pipelineId }) => ({
    query: { pipelineid: pipelineId, name: "made" },
    file: packageFile(),
  }),
  "runs.create": ({ experimentId, pipelineId }) => ({
    body: { displayName: "made", experimentId, pipelineVersionReference: { pipelineId } },
  }),
  "runs.list": (_, namespace) => ({ query: { namespace } }),
  "recurringRuns.create": ({ experimentId, pipelineId }) => ({
    body: { displayName: "made", experimentId, pipelineVersionReference: { pipelineId }, maxConcurrency: 1 },
  }),
  "recurringRuns.list": (_, namespace) => ({ query: { namespace } }),
  "v1.auth": (_, namespace) => ({ query: { namespace, resources: "VIEWERS", verb: "GET" } }),
};

/** The names that reviews ask for, of what is made here and of what `oneOfEach` makes. */
async function nameOf({ store }: Harness, { id, access }: Asking, things: Things, namespace: string): Promise<string> {
  const isNew = id.endsWith(".create") || id.endsWith(".createWithVersion");
  switch (access.name) {
    case "none":
      return "";
    case "display name":
      if (isNew) return "made";
      return id.startsWith("experiments.") ? `experiment-${namespace}` : "job";
    case "pipeline name":
      return isNew ? "made" : `pipeline-${namespace}`;
    case "version name":
      return "made";
    case "workflow name":
      return (await store.runs.get(things.runId))?.name ?? "no run";
  }
}

interface Asking {
  readonly id: string;
  readonly access: Access;
}

const asking = allOperations.flatMap(({ id, access }): Asking[] => (access === "anyone" ? [] : [{ id, access }]));

function attributes(access: Access, namespace: string, name: string): ResourceAttributes {
  const { group, version, resource } = access;
  const verb = access.verb === "as asked" ? "get" : access.verb;
  return { namespace, verb, group, version, resource, subresource: "", name };
}

function start(): Promise<ManyUsers> {
  return startMany([], { urls: { [PACKAGE_URL]: packageFile(echo) } });
}

function invoke({ handlers }: Harness, id: string, things: Things, namespace: string, user?: string) {
  const [resource = "", verb = ""] = id.split(".");
  const all = handlers as unknown as Readonly<Record<string, Readonly<Record<string, Handler<AnyOperation>>>>>;
  const rest = given[id]?.(things, namespace) ?? {};
  const whole = { params: things, query: {}, body: {}, file: undefined, caller: caller(user), ...rest };
  return all[resource]?.[verb]?.(whole as never) as Promise<unknown>;
}

it("every operation asks for an access, except those that are open for a reason", () => {
  const others = allOperations.filter(({ access }) => access === "anyone").map(({ id }) => id);
  expect(others.sort()).toEqual(Object.keys(open).sort());
});

describe.each(asking.map((one) => [one.id, one] as const))("%s", (id, operation) => {
  const { access } = operation;

  it("asks for exactly what the table says", async () => {
    const harness = await start();
    const things = await oneOfEach(harness, "team-a");
    harness.asked.length = 0;
    const expected = [attributes(access, "team-a", await nameOf(harness, operation, things, "team-a"))];
    if (access.also !== undefined) expected.push(attributes(access.also, "team-a", "pipeline-team-a"));
    // What is right to ask does not depend on what comes of it: a run that has not failed cannot be retried.
    const refused = await invoke(harness, id, things, "team-a", "ada").then(() => undefined, String);
    expect(refused === undefined || id === "runs.retry").toBe(true);
    expect(harness.asked).toEqual(expected.map((one) => ({ user: "ada", attributes: one })));
  });

  it("is refused to whoever has another right only, before anything happens", async () => {
    const harness = await startMany(["bob * other-things *"]);
    const things = await oneOfEach(harness, "team-a");
    const before = await harness.store.counts();
    const upload = id.endsWith(".upload");
    expect((await refusalOf(invoke(harness, id, things, "team-a", "bob"))).code).toBe(
      upload ? "INVALID_ARGUMENT" : "PERMISSION_DENIED",
    );
    expect(await harness.store.counts()).toEqual(before);
  });

  it("is refused to whoever is nobody, before anything is reviewed", async () => {
    const harness = await start();
    const things = await oneOfEach(harness, "team-a");
    harness.asked.length = 0;
    const refusal = await refusalOf(invoke(harness, id, things, "team-a"));
    if (id.endsWith(".upload")) expect(refusal.code).toBe("INVALID_ARGUMENT");
    else expect(refusal).toEqual({ code: "UNAUTHENTICATED", message: NO_IDENTITY });
    expect(harness.asked).toEqual([]);
  });
});

describe.each(asking.filter(({ access }) => access.shared === "open").map(({ id }) => id))("%s", (id) => {
  it("asks nobody about a shared pipeline", async () => {
    const harness = await start();
    const things = await oneOfEach(harness, "");
    harness.asked.length = 0;
    await invoke(harness, id, things, "");
    expect(harness.asked).toEqual([]);
  });
});

describe.each(asking.filter(({ access }) => access.shared === "system namespace").map((one) => [one.id, one] as const))(
  "%s",
  (id, operation) => {
    it("asks in the system namespace about a shared pipeline", async () => {
      const harness = await start();
      const things = await oneOfEach(harness, "");
      harness.asked.length = 0;
      await invoke(harness, id, things, "", "ada");
      const name = await nameOf(harness, operation, things, "");
      expect(harness.asked).toEqual([{ user: "ada", attributes: attributes(operation.access, "kubeflow", name) }]);
    });
  },
);

describe.each(Object.entries(unservedAccess))("what is not served: %s", (endpoint, access) => {
  const aboutRun = access.scope !== "cluster";

  it("asks for exactly what the table says", async () => {
    const harness = await start();
    const { runId } = await oneOfEach(harness, "team-a");
    harness.asked.length = 0;
    await harness.unserved.demand(endpoint as UnservedEndpoint, caller("ada"), aboutRun ? runId : undefined);
    const { name = "" } = (await harness.store.runs.get(runId)) ?? {};
    const expected = aboutRun ? attributes(access, "team-a", name) : attributes(access, "", "");
    expect(harness.asked).toEqual([{ user: "ada", attributes: expected }]);
  });

  it("is refused to whoever is nobody", async () => {
    const harness = await start();
    const { runId } = await oneOfEach(harness, "team-a");
    const demand = harness.unserved.demand(endpoint as UnservedEndpoint, caller(), aboutRun ? runId : undefined);
    expect((await refusalOf(demand)).code).toBe("UNAUTHENTICATED");
  });
});

describe.each(["readLog", "readArtifact"] as const)("the contents of a run: %s", (what) => {
  const read = ({ contents }: Harness, runId: string, user?: string) => {
    const of = { runId, node: "t" };
    const signal = new AbortController().signal;
    return what === "readLog"
      ? contents.log(caller(user), of, { attempt: undefined, follow: false, signal })
      : contents.artifact(caller(user), of, "a", 0);
  };

  it("asks for exactly what the table says", async () => {
    const harness = await start();
    const { runId } = await oneOfEach(harness, "team-a");
    harness.asked.length = 0;
    expect((await refusalOf(read(harness, runId, "ada"))).code).toBe("NOT_FOUND");
    const { name = "" } = (await harness.store.runs.get(runId)) ?? {};
    expect(harness.asked).toEqual([{ user: "ada", attributes: attributes(runContents[what].access, "team-a", name) }]);
  });

  it("is refused to whoever is nobody, and to whoever has another right only", async () => {
    const harness = await startMany(["bob * other-things *"]);
    const { runId } = await oneOfEach(harness, "team-a");
    expect((await refusalOf(read(harness, runId))).code).toBe("UNAUTHENTICATED");
    expect((await refusalOf(read(harness, runId, "bob"))).code).toBe("PERMISSION_DENIED");
  });
});
