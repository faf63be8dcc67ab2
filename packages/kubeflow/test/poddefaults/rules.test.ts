import { applyPodDefaults, type JsonObject, type PodDefault } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { markerAnnotation } from "../../src/poddefaults/marker.ts";
import { applyPatch } from "./apply-patch.ts";
import { podDefault, podWith } from "./pod-defaults.ts";

function resultOf(pod: JsonObject, ...podDefaults: readonly PodDefault[]): JsonObject {
  const verdict = applyPodDefaults({ pod, namespace: "here", podDefaults });
  if (!verdict.admitted) throw new Error(verdict.message);
  return applyPatch(pod, verdict.patch) as JsonObject;
}

function denialOf(pod: JsonObject, ...podDefaults: readonly PodDefault[]): string {
  const verdict = applyPodDefaults({ pod, namespace: "here", podDefaults });
  return verdict.admitted ? "admitted" : verdict.message;
}

const containersOf = (pod: JsonObject): readonly JsonObject[] => (pod.spec as { containers: JsonObject[] }).containers;

describe("sidecars", () => {
  const sidecar = { name: "side", image: "side" };
  const brings = podDefault("a", { sidecars: [sidecar], env: [{ name: "X", value: "1" }] });

  test("are recognized as a cluster has completed them, with defaults and the mount of the API token", () => {
    const stored = {
      ...sidecar,
      imagePullPolicy: "Always",
      resources: {},
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      volumeMounts: [
        { name: "kube-api-access-x7z", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
      ],
    };
    const [main, side] = containersOf(
      resultOf(podWith({ containers: [{ name: "main", image: "image" }, stored] }), brings),
    );
    expect(main?.env).toEqual([{ name: "X", value: "1" }]);
    expect(side).toEqual(stored);
  });

  test("that the pod has under the same name as another container deny it", () => {
    const pod = podWith({ containers: [{ name: "side", image: "other" }] });
    expect(denialOf(pod, brings)).toMatch(/merging containers for a has a conflict on side: \n/);
  });

  test("keep unknown fields of all containers", () => {
    const main = { name: "main", image: "image", fromTheFuture: { a: 1 } };
    expect(containersOf(resultOf(podWith({ containers: [main] }), brings))[0]).toMatchObject(main);
  });
});

describe("envFrom", () => {
  test("that the container has is not repeated, and what is new comes last", () => {
    const container = { name: "main", envFrom: [{ configMapRef: { name: "c" } }, { secretRef: { name: "s" } }] };
    const a = podDefault("a", { envFrom: [{ configMapRef: { name: "c" } }, { configMapRef: { name: "d" } }] });
    expect(containersOf(resultOf(podWith({ containers: [container] }), a))[0]?.envFrom).toEqual([
      ...container.envFrom,
      { configMapRef: { name: "d" } },
    ]);
  });
});

describe("command and args", () => {
  test("an empty list of the first PodDefault keeps the second one's away", () => {
    const [main] = containersOf(
      resultOf(podWith(), podDefault("a", { command: [] }), podDefault("b", { command: ["b"] })),
    );
    expect(main?.command).toBeUndefined();
  });

  test("null of a container is none", () => {
    const pod = podWith({ containers: [{ name: "main", command: null }] });
    expect(containersOf(resultOf(pod, podDefault("a", { command: ["a"] })))[0]?.command).toEqual(["a"]);
  });
});

describe("the service account", () => {
  test("stays where nothing is said about it", () => {
    const pod = podWith({ serviceAccountName: "own", automountServiceAccountToken: true });
    const spec = resultOf(pod, podDefault("a", { serviceAccountName: "" })).spec as JsonObject;
    expect([spec.serviceAccountName, spec.automountServiceAccountToken]).toEqual(["own", true]);
  });
});

describe("keys that a JSON pointer has to escape", () => {
  test("arrive as they are", () => {
    const a = podDefault("a", { labels: { "x/y": "1" }, annotations: { "a~b/c": "2", "~1": "3" } });
    const metadata = resultOf(podWith({}, { labels: { own: "1" }, annotations: { own: "1" } }), a)
      .metadata as JsonObject;
    expect(metadata.labels).toEqual({ own: "1", "x/y": "1" });
    expect(metadata.annotations).toMatchObject({ own: "1", "a~b/c": "2", "~1": "3" });
  });
});

describe("the marker annotation", () => {
  test.each([1, 52, 53, 60, 253])("of a name of %i characters is a legal key", (length) => {
    const name = "n.m-"
      .repeat(64)
      .slice(0, length - 1)
      .concat("x");
    const part = markerAnnotation(name).slice("poddefault.admission.kubeflow.org/".length);
    expect(part).toMatch(/^[A-Za-z0-9][-A-Za-z0-9_.]{0,61}[A-Za-z0-9]$/);
    if (length <= 52) expect(part).toBe(`poddefault-${name}`);
  });

  test("tells long names apart that begin alike", () => {
    const long = "n".repeat(80);
    expect(markerAnnotation(`${long}a`)).not.toBe(markerAnnotation(`${long}b`));
  });

  const key = markerAnnotation("a");

  test("is renewed where the pod has an older one, and wins over what the PodDefault itself writes there", () => {
    const older = resultOf(podWith({}, { annotations: { [key]: "6" } }), podDefault("a", {})).metadata as JsonObject;
    expect(older.annotations).toEqual({ [key]: "7" });
    const written = resultOf(podWith(), podDefault("a", { annotations: { [key]: "mine" } })).metadata as JsonObject;
    expect(written.annotations).toEqual({ [key]: "7" });
  });

  test("that both write differently is a conflict as any other annotation is", () => {
    const pod = podWith({}, { annotations: { [key]: "6" } });
    expect(denialOf(pod, podDefault("a", { annotations: { [key]: "mine" } }))).toContain(
      `err: merging has conflict on ${key}: \n`,
    );
  });
});

describe("the namespace", () => {
  test("of the pod counts before that of the request, and without any nothing applies", () => {
    const a = podDefault("a", { labels: { l: "1" } });
    const ask = (pod: JsonObject, namespace?: string) => applyPodDefaults({ pod, namespace, podDefaults: [a] });
    expect(ask(podWith({}, { namespace: "here" }), "elsewhere")).toMatchObject({ applied: ["a"] });
    expect(ask(podWith({}, { namespace: "elsewhere" }), "here")).toMatchObject({ applied: [] });
    expect(ask(podWith(), "")).toMatchObject({ applied: [] });
    expect(ask(podWith())).toMatchObject({ applied: [] });
  });
});

describe("a denial", () => {
  test("says what to change where Kubernetes itself has put the other entry there", () => {
    const token = {
      name: "main",
      volumeMounts: [{ name: "kube-api-access-1", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
    };
    const mounts = podDefault("a", {
      volumeMounts: [{ name: "e", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
    });
    expect(denialOf(podWith({ containers: [token] }), mounts)).toMatch(/What to change: mount it at another path/);
    const unready = { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" };
    const tolerates = podDefault("a", { tolerations: [{ ...unready, tolerationSeconds: 5 }] });
    const pod = podWith({ tolerations: [{ ...unready, tolerationSeconds: 300 }] });
    expect(denialOf(pod, tolerates)).toMatch(/What to change: write the tolerations .* into the pod itself/);
  });

  test("says it once for all containers where it reads the same, and by itself where a value comes from elsewhere", () => {
    const container = (name: string, env: JsonObject) => ({ name, env: [{ name: "X", ...env }] });
    const a = podDefault("a", { env: [{ name: "X", value: "1" }] });
    const plain = ["one", "two"].map((name) => container(name, { value: "2" }));
    expect(denialOf(podWith({ containers: plain }), a)).toMatch(
      /err: merging env [\s\S]*container one of the pod and container two/,
    );
    const field = { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
    const referring = ["one", "two"].map((name) => container(name, field));
    expect(denialOf(podWith({ containers: referring }), a)).toMatch(/err: \[merging env [\s\S]*,\nmerging env /);
  });

  test("cuts off what is long", () => {
    const a = podDefault("a", { env: [{ name: "X", value: "a".repeat(100_000) }] });
    const message = denialOf(podWith({ containers: [{ name: "main", env: [{ name: "X", value: "2" }] }] }), a);
    expect(message.length).toBeLessThan(4000);
    expect(message).toContain("(cut off here)");
  });

  test("names the PodDefault whose broken selector may have meant the pod", () => {
    const broken = podDefault("b", { selector: { matchExpressions: [{ key: "use", operator: "Gt", values: ["1"] }] } });
    const message = denialOf(podWith({}, { labels: { use: "2" } }), broken);
    expect(message).toMatch(
      /^label selector conversion failed: PodDefault b: "Gt" is not a valid label selector operator\nWhat to change: /,
    );
  });
});
