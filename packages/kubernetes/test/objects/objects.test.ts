import { describe, expect, test } from "vitest";
import { applyObject, deleteObject, getObject, type KubernetesError, listObjects } from "../../src/index.ts";
import { clientOf, json, rejection, startServer, statusBody } from "../api-server.ts";

const resources: Record<string, object[]> = {
  "/api/v1": [
    { name: "configmaps", kind: "ConfigMap", namespaced: true },
    { name: "namespaces", kind: "Namespace", namespaced: false },
    { name: "namespaces/finalize", kind: "Namespace", namespaced: false },
  ],
  "/apis/kubeflow.org/v1alpha1": [
    { name: "poddefaults/status", kind: "PodDefault", namespaced: true },
    { name: "poddefaults", kind: "PodDefault", namespaced: true },
  ],
};

async function start(namespace?: string) {
  const known = { ...resources };
  const server = await startServer((request, response) => {
    const found = known[request.path];
    if (found !== undefined) return json(response, 200, { kind: "APIResourceList", resources: found });
    if (request.path.includes("missing") || /^\/apis\/[^/]+\/[^/]+$/.test(request.path)) {
      return json(response, 404, statusBody(404, "NotFound", "not found"));
    }
    json(response, 200, { path: request.path });
  });
  const kubeconfig = JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", namespace } }],
    clusters: [{ name: "c", cluster: { server: server.url } }],
  });
  const kubernetes = await clientOf({}, {}, { readFile: async () => kubeconfig });
  return { server, kubernetes, known, asked: () => server.seen.map(({ method, path }) => `${method} ${path}`) };
}

const configMap = { apiVersion: "v1", kind: "ConfigMap" };

describe("an object is found by its kind", () => {
  test("in its namespace, or in that of the context, or in default", async () => {
    const { kubernetes } = await start("team-a");
    const path = (reference: object) => getObject(kubernetes, { ...configMap, name: "x", ...reference });
    expect(await path({ namespace: "b" })).toEqual({ path: "/api/v1/namespaces/b/configmaps/x" });
    expect(await path({})).toEqual({ path: "/api/v1/namespaces/team-a/configmaps/x" });
    const bare = (await start()).kubernetes;
    expect(await getObject(bare, { ...configMap, name: "x" })).toEqual({
      path: "/api/v1/namespaces/default/configmaps/x",
    });
  });

  test("outside of namespaces where its kind lives there, and by the resource rather than a part of it", async () => {
    const { kubernetes } = await start();
    const namespace = { apiVersion: "v1", kind: "Namespace", name: "a", namespace: "ignored" };
    expect(await getObject(kubernetes, namespace)).toEqual({ path: "/api/v1/namespaces/a" });
    const podDefault = { apiVersion: "kubeflow.org/v1alpha1", kind: "PodDefault", name: "p" };
    expect(await getObject(kubernetes, podDefault)).toEqual({
      path: "/apis/kubeflow.org/v1alpha1/namespaces/default/poddefaults/p",
    });
  });

  test("and the kinds are asked for once", async () => {
    const { kubernetes, asked } = await start();
    await getObject(kubernetes, { ...configMap, name: "a" });
    await getObject(kubernetes, { ...configMap, name: "b" });
    expect(asked().filter((line) => line === "GET /api/v1")).toHaveLength(1);
  });

  test("and a kind that is not known is asked for again: it may have been installed since", async () => {
    const { kubernetes, known } = await start();
    const reference = { apiVersion: "example.com/v1", kind: "Late", name: "l" };
    const error = await rejection<KubernetesError>(getObject(kubernetes, reference));
    expect(error).toMatchObject({
      status: 404,
      reason: "NotFound",
      message:
        "The cluster knows no Late of example.com/v1. Install what defines it (its CustomResourceDefinition), or correct apiVersion and kind.",
    });
    known["/apis/example.com/v1"] = [{ name: "earlies", kind: "Early", namespaced: true }];
    expect((await rejection<KubernetesError>(getObject(kubernetes, reference))).status).toBe(404);
    known["/apis/example.com/v1"] = [{ name: "lates", kind: "Late", namespaced: true }];
    expect(await getObject(kubernetes, reference)).toEqual({ path: "/apis/example.com/v1/namespaces/default/lates/l" });
  });

  test("an object that is not there is undefined", async () => {
    const { kubernetes } = await start();
    expect(await getObject(kubernetes, { ...configMap, name: "missing" })).toBeUndefined();
  });
});

describe("apply", () => {
  const object = { ...configMap, metadata: { name: "x", namespace: "b" }, data: { a: "1" } };

  test("is Kubernetes' own server-side apply", async () => {
    const { kubernetes, server } = await start();
    await applyObject(kubernetes, object, { fieldManager: "me" });
    const seen = server.seen.at(-1);
    expect(`${seen?.method} ${seen?.path}?${seen?.query}`).toBe(
      "PATCH /api/v1/namespaces/b/configmaps/x?fieldManager=me",
    );
    expect(seen?.headers["content-type"]).toBe("application/apply-patch+yaml");
    expect(JSON.parse(seen?.body ?? "")).toEqual(object);
  });

  test("may be forced, and may keep nothing", async () => {
    const { kubernetes, server } = await start();
    await applyObject(kubernetes, object, { fieldManager: "me", force: true, dryRun: true });
    expect(server.seen.at(-1)?.query.toString()).toBe("fieldManager=me&force=true&dryRun=All");
  });

  test("refuses an object without a name", async () => {
    const { kubernetes } = await start();
    const error = await rejection<KubernetesError>(
      applyObject(kubernetes, { ...configMap, metadata: {} }, { fieldManager: "me" }),
    );
    expect(error.message).toBe("A ConfigMap without metadata.name cannot be applied. Name it.");
  });
});

test("delete says whether there was something", async () => {
  const { kubernetes, server } = await start();
  expect(await deleteObject(kubernetes, { ...configMap, name: "x" }, { propagationPolicy: "Foreground" })).toBe(true);
  expect(server.seen.at(-1)?.query.toString()).toBe("propagationPolicy=Foreground");
  expect(await deleteObject(kubernetes, { ...configMap, name: "missing" })).toBe(false);
});

test("a list has all pages, of one namespace or of all", async () => {
  const server = await startServer((request, response) => {
    if (request.path === "/api/v1") return json(response, 200, { resources: resources["/api/v1"] });
    const more = request.query.get("continue") === null;
    const metadata = { resourceVersion: "1", continue: more ? "next" : "" };
    const items = [{ metadata: { name: more ? "a" : "b" } }];
    json(response, 200, { apiVersion: "v1", kind: "ConfigMapList", metadata, items });
  });
  const kubernetes = await clientOf({ server: server.url });
  const all = await listObjects(kubernetes, { ...configMap, namespace: null }, { labelSelector: "a=b" });
  expect(all).toEqual([
    { ...configMap, metadata: { name: "a" } },
    { ...configMap, metadata: { name: "b" } },
  ]);
  expect(server.seen.at(-1)).toMatchObject({ path: "/api/v1/configmaps" });
  expect(server.seen.at(-1)?.query.toString()).toBe("labelSelector=a%3Db&limit=500&continue=next");
  await listObjects(kubernetes, { ...configMap, namespace: "b" });
  expect(server.seen.at(-1)?.path).toBe("/api/v1/namespaces/b/configmaps");
});
