import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { type Environment, kubernetesFromKubeconfig, openKubernetes } from "../../src/index.ts";
import { filesOf, json, startServer } from "../api-server.ts";

const entry = (kind: "cluster" | "user" | "context", name: string, value: object) => ({ name, [kind]: value });

const first = JSON.stringify({
  clusters: [entry("cluster", "shared", { server: "https://first:1" })],
  users: [entry("user", "dev", { token: "first" })],
  contexts: [entry("context", "one", { cluster: "shared", user: "dev", namespace: "team-a" })],
});
const second = JSON.stringify({
  "current-context": "two",
  clusters: [
    entry("cluster", "shared", { server: "https://second:2", "tls-server-name": "second" }),
    entry("cluster", "own", { server: "https://second:3" }),
  ],
  contexts: [
    entry("context", "one", { cluster: "own", user: "dev" }),
    entry("context", "two", { cluster: "own", user: "dev" }),
  ],
});
const third = JSON.stringify({ "current-context": "one" });

const files = { "/a": first, "/b": second, "/c": third };
const open = (paths: readonly string[], context?: string) =>
  kubernetesFromKubeconfig({
    env: { KUBECONFIG: paths.join(delimiter) },
    context,
    readFile: filesOf(files),
  });

describe("several kubeconfigs", () => {
  test("are one: of entries with the same name the first counts, whole", async () => {
    expect((await open(["/a", "/b"], "one")).access).toEqual({
      source: "kubeconfig",
      context: "one",
      server: "https://first:1",
      namespace: "team-a",
    });
    expect((await open(["/b", "/a"], "one")).access).toMatchObject({
      server: "https://second:3",
      namespace: undefined,
    });
  });

  test("have the first current context that one of them sets", async () => {
    expect((await open(["/a", "/b", "/c"])).access.context).toBe("two");
    expect((await open(["/a", "/c", "/b"])).access.context).toBe("one");
  });

  test("may be missing, as long as one is there", async () => {
    expect((await open(["/missing", "/a", "", "/b", "/a"])).access.context).toBe("two");
  });

  test("may be named by the caller instead", async () => {
    const env: Environment = { KUBECONFIG: "/nowhere" };
    const kubernetes = await openKubernetes({ kubeconfig: ["/a", "/c"], env, readFile: filesOf(files) });
    expect(kubernetes.access).toMatchObject({ context: "one", server: "https://first:1" });
  });

  test("have relative paths, each relative to the file it stands in", async () => {
    const server = await startServer((request, response) => json(response, 200, request.headers.authorization));
    const deep = JSON.stringify({ users: [entry("user", "dev", { tokenFile: "../tokens/dev" })] });
    const top = JSON.stringify({
      "current-context": "c",
      clusters: [entry("cluster", "c", { server: server.url })],
      contexts: [entry("context", "c", { cluster: "c", user: "dev" })],
    });
    const readFile = filesOf({ "/people/dev/kube/config": deep, "/etc/top": top, "/people/dev/tokens/dev": "deep" });
    const kubernetes = await kubernetesFromKubeconfig({
      kubeconfig: ["/etc/top", "/people/dev/kube/config"],
      env: {},
      readFile,
    });
    expect(await kubernetes.call({ method: "GET", path: "/version" })).toBe("Bearer deep");
    kubernetes.close();
  });
});
