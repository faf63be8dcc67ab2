import {
  fixedPodDefaults,
  PodDefaultFileError,
  type PodDefaultSource,
  readPodDefaults,
  watchedPodDefaults,
} from "@kfp-ts/kubeflow";
import { type Kubernetes, KubernetesError, type KubernetesObject, type WatchEvent } from "@kfp-ts/kubernetes";
import { afterEach, describe, expect, test } from "vitest";
import { keptLog, podDefault } from "./pod-defaults.ts";

type Event = WatchEvent<KubernetesObject> | Error | "end";

/** A cluster whose watches give what the test pushes; `Error` breaks a watch off, `end` ends it. */
class WatchedCluster implements Kubernetes {
  readonly access = { source: "kubeconfig", context: "x", server: "https://cluster", namespace: undefined } as const;
  watches = 0;
  #queue: Event[] = [];
  #wake: () => void = () => undefined;

  push(...events: readonly Event[]): void {
    this.#queue.push(...events);
    this.#wake();
  }

  call<T>(): Promise<T> {
    return Promise.reject(new Error("nothing is called here"));
  }

  async *watch<T extends KubernetesObject>(
    path: string,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>> {
    expect(path).toBe("/apis/kubeflow.org/v1alpha1/poddefaults");
    this.watches += 1;
    signal.addEventListener("abort", () => this.#wake());
    while (!signal.aborted) {
      const event = this.#queue.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (event === "end") return;
      else if (event instanceof Error) throw event;
      else yield event as WatchEvent<T>;
    }
  }

  async upgrade(): Promise<never> {
    throw new Error("no connection is forwarded in these tests");
  }

  close(): void {}
}

const names = (source: PodDefaultSource): string[] => source.inNamespace("here").map(({ metadata }) => metadata.name);
const object = (name: string, env = "1"): KubernetesObject =>
  podDefault(name, { env: [{ name: "X", value: env }] }) as unknown as KubernetesObject;

describe("the PodDefaults of a cluster", () => {
  let source: PodDefaultSource | undefined;
  afterEach(() => source?.close());

  test("are ready once all have been read, in the order of their names, and follow changes", async () => {
    const kubernetes = new WatchedCluster();
    source = watchedPodDefaults({ kubernetes });
    expect(source.readiness()).toEqual({
      ready: false,
      reason: "The PodDefaults of https://cluster are still being read.",
    });
    kubernetes.push({ type: "added", object: object("b") }, { type: "added", object: object("a10") });
    kubernetes.push({ type: "added", object: object("a2") }, { type: "synced" });
    await expect.poll(() => source?.readiness().ready).toBe(true);
    expect(names(source)).toEqual(["a10", "a2", "b"]);
    expect(source.inNamespace("elsewhere")).toEqual([]);
    kubernetes.push({ type: "deleted", object: object("a2") }, { type: "modified", object: object("b", "2") });
    await expect.poll(() => source?.inNamespace("here")[1]?.spec?.env?.[0]?.value).toBe("2");
    expect(names(source)).toEqual(["a10", "b"]);
  });

  test("wait for their CustomResourceDefinition, and say how to make it", async () => {
    const kubernetes = new WatchedCluster();
    const log = keptLog();
    source = watchedPodDefaults({ kubernetes, log });
    const missing = new KubernetesError("the server could not find the requested resource", { status: 404 });
    kubernetes.push({ type: "interrupted", error: missing }, { type: "interrupted", error: missing });
    await expect.poll(() => source?.readiness()).toMatchObject({ ready: false, reason: /kfp-ts poddefaults install/ });
    kubernetes.push({ type: "added", object: object("a") }, { type: "synced" });
    await expect.poll(() => source?.readiness().ready).toBe(true);
    expect(log.lines.filter((line) => line.includes("poddefaults install"))).toHaveLength(1);
  });

  test("say that they may not be read", async () => {
    const kubernetes = new WatchedCluster();
    source = watchedPodDefaults({ kubernetes });
    kubernetes.push({ type: "interrupted", error: new KubernetesError("forbidden: no", { status: 403 }) });
    await expect
      .poll(() => source?.readiness())
      .toMatchObject({ reason: /does not let PodDefaults be read.*forbidden: no/ });
  });

  test("stay what they were while the connection is broken", async () => {
    const kubernetes = new WatchedCluster();
    const log = keptLog();
    source = watchedPodDefaults({ kubernetes, log });
    kubernetes.push({ type: "added", object: object("a") }, { type: "synced" });
    await expect.poll(() => source?.readiness().ready).toBe(true);
    kubernetes.push({ type: "interrupted", error: new Error("connection refused") });
    await expect.poll(() => log.lines.join()).toContain("connection refused What was known before still counts.");
    expect(source.readiness()).toEqual({ ready: true });
    expect(names(source)).toEqual(["a"]);
  });

  test.each<[string, Event]>([
    ["breaks off", new Error("broken")],
    ["ends", "end"],
  ])("are read anew where a watch %s, and what has vanished meanwhile is forgotten only then", async (_, event) => {
    const kubernetes = new WatchedCluster();
    source = watchedPodDefaults({ kubernetes, retryMs: 1 });
    kubernetes.push(
      { type: "added", object: object("a") },
      { type: "added", object: object("b") },
      { type: "synced" },
      event,
    );
    await expect.poll(() => kubernetes.watches).toBe(2);
    expect(names(source)).toEqual(["a", "b"]);
    kubernetes.push({ type: "added", object: object("b") }, { type: "synced" });
    await expect.poll(() => names(source as PodDefaultSource)).toEqual(["b"]);
  });

  test("are not followed any more once closed", async () => {
    const kubernetes = new WatchedCluster();
    source = watchedPodDefaults({ kubernetes, retryMs: 1 });
    await expect.poll(() => kubernetes.watches).toBe(1);
    source.close();
    kubernetes.push({ type: "added", object: object("a") }, { type: "synced" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kubernetes.watches).toBe(1);
  });
});

describe("fixed PodDefaults", () => {
  test("are ready at once, and the later of two with one name counts", () => {
    const source = fixedPodDefaults([podDefault("a", { desc: "one" }), podDefault("a", { desc: "two" })]);
    expect(source.readiness()).toEqual({ ready: true });
    expect(source.inNamespace("here").map(({ spec }) => spec?.desc)).toEqual(["two"]);
  });
});

describe("PodDefaults in YAML", () => {
  const head = "apiVersion: kubeflow.org/v1alpha1\nkind: PodDefault\n";

  test("are read from several documents, beside objects of other kinds", () => {
    const text = `${head}metadata: {name: a}\nspec: {selector: {}}\n---\nkind: Role\n---\n${head}metadata: {name: b, namespace: n}\n`;
    const read = readPodDefaults(text, "f.yaml", { namespace: "here" });
    expect(read.map(({ metadata }) => [metadata.name, metadata.namespace])).toEqual([
      ["a", "here"],
      ["b", "n"],
    ]);
  });

  test.each([
    ["a: [", /^f\.yaml:1: /],
    ["---\nkind: Role\n---\n- 1\n", /^f\.yaml:4: an object of Kubernetes is expected/],
    ["kind: PodDefault\napiVersion: v1\n", /^f\.yaml:1: PodDefault is of kubeflow\.org\/v1alpha1, not of "v1"/],
    [`${head}metadata: {}\n`, /metadata\.name: it is required, and missing/],
    [`${head}metadata: {name: a}\n`, /metadata\.namespace: it is required, and missing/],
    [`${head}metadata: {name: a, namespace: n}\nspec: 1\n`, /PodDefault a: spec: an object is expected/],
    [
      `${head}metadata: {name: a, namespace: n}\nspec: {}\n`,
      /PodDefault a: spec\.selector: it is required, and missing/,
    ],
    [
      `${head}metadata: {name: a, namespace: n}\nspec: {selector: {}, env: [{value: x}]}\n`,
      /spec\.env\[0\]\.name: it is required, and missing/,
    ],
    [
      `${head}metadata: {name: a, namespace: n}\nspec: {selector: {}, labels: {a: 1}}\n`,
      /spec\.labels\["a"\]: a text is expected, not a number/,
    ],
  ])("that are bad are an error with file and line: %j", (text, message) => {
    expect(() => readPodDefaults(text, "f.yaml")).toThrow(PodDefaultFileError);
    expect(() => readPodDefaults(text, "f.yaml")).toThrow(message);
  });
});
