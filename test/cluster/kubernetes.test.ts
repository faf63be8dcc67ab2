import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import {
  applyObject,
  createSubjectAccessReview,
  createToken,
  createTokenReview,
  deleteObject,
  getObject,
  type Kubernetes,
  type KubernetesError,
  type KubernetesObject,
  kubernetesFromKubeconfig,
  listObjects,
  openKubernetes,
  type WatchEvent,
} from "@kfp-ts/kubernetes";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Kubeconfig } from "../../packages/kubernetes/src/kubeconfig/kubeconfig.ts";
import { kubeconfigFiles, loadKubeconfig } from "../../packages/kubernetes/src/kubeconfig/load-kubeconfig.ts";
import { besideKubeconfig } from "../../packages/kubernetes/src/kubeconfig/read-pem.ts";
import { nodeSystem } from "../../packages/kubernetes/src/node.ts";
import { kubeconfig, kubectl, kubectlProgram } from "./support/cluster.ts";

const namespace = `k-kubernetes-${process.pid}`;
const fieldManager = "kfp-ts-test";
const audience = "pipelines.kubeflow.org";
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});
const reference = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace });

let folder: string;
let kubernetes: Kubernetes;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-kubernetes-"));
  kubernetes = await openKubernetes({ kubeconfig: kubeconfig(), env: process.env });
  await applyObject(
    kubernetes,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { fieldManager },
  );
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default-editor", namespace } };
  await applyObject(kubernetes, account, { fieldManager });
});
afterAll(async () => {
  await deleteObject(kubernetes, { apiVersion: "v1", kind: "Namespace", name: namespace });
  kubernetes.close();
  rmSync(folder, { recursive: true });
});

/** The cluster as somebody else sees it. */
async function as(user: object, server?: string): Promise<Kubernetes> {
  const config = JSON.parse(readFileSync(kubeconfig(), "utf8"));
  config.users[0].user = user;
  if (server !== undefined) config.clusters[0].cluster.server = server;
  const path = join(mkdtempSync(join(folder, "as-")), "config");
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const other = await kubernetesFromKubeconfig({ kubeconfig: path, env: {} });
  onTestFinished(() => other.close());
  return other;
}

async function rejection(promise: Promise<unknown>): Promise<KubernetesError> {
  return promise.then(
    () => Promise.reject(new Error("it was fulfilled")),
    (error: KubernetesError) => error,
  );
}

describe("tokens", () => {
  const request = { serviceAccount: "default-editor", audiences: [audience] };

  test("are made for an audience, and reviewed for it", async () => {
    const { token, expiresAt } = await createToken(kubernetes, { ...request, namespace, expirationSeconds: 7_200 });
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(7_000_000);
    const review = await createTokenReview(kubernetes, { token, audiences: [audience] });
    expect(review).toMatchObject({ authenticated: true, audiences: [audience], error: "" });
    expect(review.user).toMatchObject({
      username: `system:serviceaccount:${namespace}:default-editor`,
      groups: expect.arrayContaining(["system:serviceaccounts", `system:serviceaccounts:${namespace}`]),
    });
  });

  test("for another audience, or no tokens, are nobody's, and the server says why", async () => {
    const { token } = await createToken(kubernetes, { ...request, namespace, audiences: ["elsewhere"] });
    const wrong = await createTokenReview(kubernetes, { token, audiences: [audience] });
    expect(wrong).toMatchObject({ authenticated: false, user: undefined, audiences: [] });
    expect(wrong.error).toContain('token audiences ["elsewhere"] is invalid for the target audiences');
    expect((await createTokenReview(kubernetes, { token: "none" })).error).toContain("invalid bearer token");
  });

  test("of a service account that is not there are not made", async () => {
    const error = await rejection(createToken(kubernetes, { ...request, namespace, serviceAccount: "nobody" }));
    expect(error).toMatchObject({ status: 404, reason: "NotFound", message: 'serviceaccounts "nobody" not found' });
  });

  test("that are too short-lived are refused in the server's words", async () => {
    const error = await rejection(createToken(kubernetes, { ...request, namespace, expirationSeconds: 60 }));
    expect(error).toMatchObject({ status: 422, reason: "Invalid" });
    expect(error.message).toContain("may not specify a duration less than 10 minutes");
  });

  test("end with the object that they are bound to", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "bound", namespace } };
    const made = await applyObject<KubernetesObject>(kubernetes, secret, { fieldManager });
    const boundObjectRef = { apiVersion: "v1", kind: "Secret", name: "bound", uid: made.metadata.uid };
    const { token } = await createToken(kubernetes, { ...request, namespace, boundObjectRef });
    const { token: other } = await createToken(kubernetes, { ...request, namespace, boundObjectRef });
    expect((await createTokenReview(kubernetes, { token: other, audiences: [audience] })).authenticated).toBe(true);
    await deleteObject(kubernetes, { apiVersion: "v1", kind: "Secret", name: "bound", namespace });
    // Not the one just reviewed: the server keeps what it has reviewed for ten seconds.
    await expect
      .poll(async () => (await createTokenReview(kubernetes, { token, audiences: [audience] })).authenticated, {
        timeout: 30_000,
        interval: 500,
      })
      .toBe(false);
  });

  test("that are rotated in a file are used from the next call on", async () => {
    const path = join(folder, "token");
    const mine = { namespace, serviceAccount: "default-editor" };
    writeFileSync(path, "not-yet-a-token");
    const pod = await as({ tokenFile: path });
    const get = { method: "GET", path: "/api/v1" } as const;
    expect(await rejection(pod.call(get))).toMatchObject({ status: 401, message: "Unauthorized" });
    writeFileSync(path, (await createToken(kubernetes, mine)).token);
    expect(await pod.call(get)).toMatchObject({ kind: "APIResourceList" });
  });
});

describe("access", () => {
  test("is reviewed with the reason", async () => {
    const user = `system:serviceaccount:${namespace}:default-editor`;
    const resourceAttributes = { namespace, verb: "list", resource: "configmaps" };
    expect(await createSubjectAccessReview(kubernetes, { user, resourceAttributes })).toMatchObject({ allowed: false });
    const group = "rbac.authorization.k8s.io";
    const role = {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata: { name: "reader", namespace },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }],
    };
    const binding = {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name: "reader", namespace },
      roleRef: { apiGroup: group, kind: "Role", name: "reader" },
      subjects: [{ kind: "ServiceAccount", name: "default-editor", namespace }],
    };
    await applyObject(kubernetes, role, { fieldManager });
    await applyObject(kubernetes, binding, { fieldManager });
    await expect
      .poll(() => createSubjectAccessReview(kubernetes, { user, resourceAttributes }), { timeout: 10_000 })
      .toEqual({
        allowed: true,
        denied: false,
        reason: expect.stringContaining('RBAC: allowed by RoleBinding "reader/'),
        evaluationError: "",
      });
  });

  test("that is refused is an error in the server's words", async () => {
    const { token } = await createToken(kubernetes, { namespace, serviceAccount: "default-editor" });
    const error = await rejection((await as({ token })).call({ method: "GET", path: "/api/v1/nodes" }));
    expect(error).toMatchObject({ status: 403, reason: "Forbidden" });
    expect(error.message).toBe(
      `nodes is forbidden: User "system:serviceaccount:${namespace}:default-editor" cannot list resource "nodes" in API group "" at the cluster scope`,
    );
  });

  test("may be had in another's name", async () => {
    const admin = JSON.parse(readFileSync(kubeconfig(), "utf8")).users[0].user;
    const jane = await as({
      ...admin,
      as: "jane",
      "as-groups": ["system:authenticated", "x"],
      "as-user-extra": { "a/B": ["c"] },
    });
    const review = await jane.call<{ status: { userInfo: object } }>({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    expect(review.status.userInfo).toMatchObject({
      username: "jane",
      groups: expect.arrayContaining(["x"]),
      extra: { "a/b": ["c"] },
    });
  });
});

describe("objects", () => {
  test("are applied, shown before, changed and deleted", async () => {
    const dry = await applyObject(kubernetes, configMap("dry"), { fieldManager, dryRun: true });
    expect(dry.metadata).toMatchObject({ name: "dry", namespace });
    expect(await getObject(kubernetes, reference("dry"))).toBeUndefined();

    await applyObject(kubernetes, configMap("one", { a: "1", b: "2" }), { fieldManager });
    await applyObject(kubernetes, configMap("one", { a: "3" }), { fieldManager });
    expect(await getObject(kubernetes, reference("one"))).toMatchObject({ data: { a: "3" } });
    expect(await deleteObject(kubernetes, reference("one"))).toBe(true);
    expect(await deleteObject(kubernetes, reference("one"))).toBe(false);
  });

  test("with fields of another manager are a conflict, unless forced", async () => {
    await applyObject(kubernetes, configMap("two", { a: "1" }), { fieldManager });
    const mine = { fieldManager: "another" };
    const error = await rejection(applyObject(kubernetes, configMap("two", { a: "2" }), mine));
    expect(error).toMatchObject({ status: 409, reason: "Conflict" });
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "kfp-ts-test": .data.a');
    const forced = await applyObject(kubernetes, configMap("two", { a: "2" }), { ...mine, force: true });
    expect(forced.data).toEqual({ a: "2" });
  });

  test("of a kind that is not there name it; once it is installed, they are found", async () => {
    const group = `k${process.pid}.kubernetes.test`;
    const thing = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "first", namespace } };
    const missing = await rejection(applyObject(kubernetes, thing, { fieldManager }));
    expect(missing.message).toContain(`The cluster knows no Thing of ${group}/v1.`);
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind: "Thing", plural: "things", singular: "thing", listKind: "ThingList" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
      },
    };
    const { apiVersion, kind } = definition;
    await applyObject(kubernetes, definition, { fieldManager });
    try {
      await expect
        .poll(() => applyObject(kubernetes, thing, { fieldManager }).then(({ kind }) => kind, String), {
          timeout: 30_000,
        })
        .toBe("Thing");
      expect(await listObjects(kubernetes, { apiVersion: `${group}/v1`, kind: "Thing", namespace: null })).toHaveLength(
        1,
      );
    } finally {
      await deleteObject(kubernetes, { apiVersion, kind, name: definition.metadata.name });
    }
  });
});

/** Follows a collection and keeps what it gives. */
function following(of: Kubernetes, path: string) {
  const controller = new AbortController();
  const events: WatchEvent<KubernetesObject>[] = [];
  const over = (async () => {
    for await (const event of of.watch(path, { signal: controller.signal })) events.push(event);
  })();
  onTestFinished(async () => {
    controller.abort();
    await over;
  });
  const words = () =>
    events.map((event) => ("object" in event ? `${event.type} ${event.object.metadata.name}` : event.type));
  const until = (word: string) => expect.poll(words, { timeout: 30_000, interval: 20 }).toContain(word);
  return { words, until, events };
}

describe("a watch", () => {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;

  test("sees an object come, change and go, however large", async () => {
    const watched = following(kubernetes, path);
    await watched.until("synced");
    await applyObject(kubernetes, configMap("seen", { large: "ä".repeat(400_000) }), { fieldManager });
    await applyObject(kubernetes, configMap("seen", { small: "x" }), { fieldManager });
    await deleteObject(kubernetes, reference("seen"));
    await watched.until("deleted seen");
    expect(watched.words().filter((word) => word.endsWith(" seen"))).toEqual([
      "added seen",
      "modified seen",
      "deleted seen",
    ]);
    const large = watched.events.find((event) => "object" in event && event.object.metadata.name === "seen");
    expect(large && "object" in large && (large.object.data as { large: string }).large).toHaveLength(400_000);
  });

  test("lists more than a page", async () => {
    const names = Array.from({ length: 620 }, (_, index) => `many-${index}`);
    for (let start = 0; start < names.length; start += 20) {
      await Promise.all(
        names.slice(start, start + 20).map((name) => kubernetes.call({ method: "POST", path, body: configMap(name) })),
      );
    }
    const watched = following(kubernetes, path);
    await watched.until("synced");
    expect(new Set(watched.words().filter((word) => word.startsWith("added many-"))).size).toBe(620);
    expect(watched.events.every((event) => !("object" in event) || event.object.kind === "ConfigMap")).toBe(true);
  });

  test("misses nothing while its connections are cut", async () => {
    const sockets = new Set<Socket>();
    const { hostname, port } = new URL(kubernetes.access.server);
    const forwarder = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      }
    });
    await new Promise<void>((resolve) => forwarder.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      forwarder.close();
      for (const socket of sockets) socket.destroy();
    });
    const user = JSON.parse(readFileSync(kubeconfig(), "utf8")).users[0].user;
    const far = await as(user, `https://127.0.0.1:${(forwarder.address() as AddressInfo).port}`);
    const watched = following(far, `${path}?labelSelector=cut%3Dyes`);
    await watched.until("synced");
    for (let turn = 0; turn < 5; turn += 1) {
      for (const socket of sockets) socket.destroy();
      const object = configMap(`cut-${turn}`);
      const labelled = { ...object, metadata: { ...object.metadata, labels: { cut: "yes" } } };
      await applyObject(kubernetes, labelled, { fieldManager });
      await watched.until(`added cut-${turn}`);
    }
    expect(watched.words().filter((word) => word.startsWith("added"))).toEqual(
      [0, 1, 2, 3, 4].map((turn) => `added cut-${turn}`),
    );
    expect(watched.words().filter((word) => word === "interrupted").length).toBeGreaterThan(0);
  });

  test("of what one may not see tells so, and goes on when one may", async () => {
    const account = "watcher";
    await applyObject(
      kubernetes,
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
      { fieldManager },
    );
    const { token } = await createToken(kubernetes, { namespace, serviceAccount: account });
    const watched = following(await as({ token }), `/api/v1/namespaces/${namespace}/secrets`);
    await watched.until("interrupted");
    const [told] = watched.events;
    expect(told?.type === "interrupted" && told.error.message).toContain('cannot list resource "secrets"');
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: account, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    };
    await applyObject(kubernetes, binding, { fieldManager });
    await watched.until("synced");
  });
});

describe("kubeconfigs are merged as kubectl merges them", () => {
  /** What counts of a kubeconfig, with the paths of what kubectl then writes into it made absolute. */
  const ours = (config: Kubeconfig) => {
    const absolute = (entries: Kubeconfig["clusters"] | Kubeconfig["users"], fields: readonly string[]) =>
      Object.fromEntries(
        [...entries].map(([name, { file, value }]) => {
          const all = Object.entries(value).map(([field, text]) => [
            field,
            fields.includes(field) ? besideKubeconfig(file, text as string) : text,
          ]);
          return [name, Object.fromEntries(all)];
        }),
      );
    return {
      current: config.currentContext ?? "",
      clusters: absolute(config.clusters, ["certificate-authority"]),
      users: absolute(config.users, ["client-certificate", "client-key"]),
      contexts: Object.fromEntries([...config.contexts].map(([name, { value }]) => [name, value])),
    };
  };
  interface View {
    readonly "current-context": string;
    readonly clusters: readonly { name: string; cluster: object }[] | null;
    readonly users: readonly { name: string; user: object }[] | null;
    readonly contexts: readonly { name: string; context: object }[] | null;
  }
  const theirs = (view: View) => ({
    current: view["current-context"],
    clusters: Object.fromEntries((view.clusters ?? []).map(({ name, cluster }) => [name, cluster])),
    users: Object.fromEntries((view.users ?? []).map(({ name, user }) => [name, user])),
    contexts: Object.fromEntries((view.contexts ?? []).map(({ name, context }) => [name, context])),
  });
  /** Both sides read a file of a kubeconfig as its text. */
  const inlined = (side: ReturnType<typeof ours>) =>
    JSON.parse(JSON.stringify(side), (key, value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>).map(([field, text]) =>
          /^(certificate-authority|client-certificate|client-key)$/.test(field) && key !== ""
            ? [`${field}-data`, readFileSync(text as string).toString("base64")]
            : [field, text],
        ),
      );
    });

  test("for a hundred that are made up", async () => {
    let state = 20_261_122;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const pick = <T>(...all: T[]): T => all[below(all.length)] as T;
    const names = ["a", "b", "c", "d"];
    const some = <T>(make: (name: string) => T): T[] => names.filter(() => below(2) === 0).map(make);
    for (let round = 0; round < 100; round += 1) {
      const base = mkdtempSync(join(folder, "merge-"));
      const paths = Array.from({ length: 1 + below(4) }, (_, index) => {
        const inside = join(base, `${index}`);
        mkdirSync(inside);
        for (const file of ["ca.crt", "me.crt", "me.key"]) writeFileSync(join(inside, file), `${file} of ${inside}`);
        const cluster = (name: string) => ({
          name,
          cluster: {
            server: `https://${name}-${index}:6443`,
            ...pick({}, { "certificate-authority": "ca.crt" }, { "insecure-skip-tls-verify": true }),
            ...pick({}, { "tls-server-name": `n${index}` }, { "proxy-url": "http://proxy:1" }),
          },
        });
        const user = (name: string) => ({
          name,
          user: pick<object>(
            { token: `t${index}` },
            { tokenFile: "token" },
            { "client-certificate": "me.crt", "client-key": join(inside, "me.key") },
            { username: name, password: `p${index}` },
            { as: "jane", "as-groups": [`g${index}`], token: "x" },
          ),
        });
        const context = (name: string) => ({
          name,
          context: { cluster: pick(...names), user: pick(...names), ...pick({}, { namespace: `ns${index}` }) },
        });
        const path = join(inside, "config");
        const config = {
          apiVersion: "v1",
          kind: "Config",
          ...pick({}, { "current-context": "" }, { "current-context": pick(...names) }),
          clusters: some(cluster),
          users: some(user),
          contexts: some(context),
        };
        if (below(6) > 0 || index === 0)
          writeFileSync(path, pick(JSON.stringify(config), JSON.stringify(config, null, 2)));
        return path;
      });
      const KUBECONFIG = paths.join(delimiter);
      const { stdout } = await promisify(execFile)(
        kubectlProgram(),
        ["config", "view", "--raw", "--flatten", "-o", "json"],
        { env: { KUBECONFIG, HOME: base } },
      );
      const merged = await loadKubeconfig(kubeconfigFiles({ env: { KUBECONFIG }, homeDirectory: base }), nodeSystem);
      expect(merged, KUBECONFIG).toBeDefined();
      if (merged !== undefined) expect(inlined(ours(merged)), KUBECONFIG).toEqual(theirs(JSON.parse(stdout)));
    }
  });

  test("and what we apply, kubectl sees as ours", async () => {
    await applyObject(kubernetes, configMap("by-us", { a: "1" }), { fieldManager });
    const shown = JSON.parse(
      await kubectl(["get", "configmap", "by-us", "-n", namespace, "-o", "json", "--show-managed-fields"]),
    );
    expect(shown.metadata.managedFields).toMatchObject([{ manager: fieldManager, operation: "Apply" }]);
  });
});
