import {
  type Kubernetes,
  type KubernetesCall,
  KubernetesError,
  type KubernetesObject,
  type ObjectMeta,
} from "@kfp-ts/kubernetes";

type Resource = readonly [apiVersion: string, kind: string, plural: string, scope?: "cluster"];

const BUILT_IN: readonly Resource[] = [
  ["v1", "Namespace", "namespaces", "cluster"],
  ["v1", "Pod", "pods"],
  ["v1", "Secret", "secrets"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", "cluster"],
  ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "cluster"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", "cluster"],
];

const POD_DEFAULTS: Resource = ["kubeflow.org/v1alpha1", "PodDefault", "poddefaults"];
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

/** What an apply is refused with, by the path of the object. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

/**
 * As much of an API server as installing and applying need, in memory: discovery, objects, server-side apply (the object
 * becomes what is applied) with dry runs, and a custom resource that is served as soon as it is made.
 */
export class FakeCluster implements Kubernetes {
  readonly access = {
    source: "kubeconfig",
    context: "fake",
    server: "https://cluster.example.com",
    namespace: undefined,
  } as const;
  readonly objects = new Map<string, KubernetesObject>();
  /** Refusals of changes, dry runs included; `force` goes past those that are conflicts. */
  readonly refusals = new Map<string, Refusal>();
  /** What was changed, in order: `PATCH /api/v1/…`. */
  readonly changes: string[] = [];
  /** Whether a custom resource that is made is served. */
  servesCrds = true;
  #version = 0;

  /** Puts an object there. */
  put(path: string, object: KubernetesObject): void {
    this.objects.set(path, this.#stored(object));
  }

  async call<T>({ method, path, query = {}, body }: KubernetesCall): Promise<T> {
    // As over a wire: nobody gets hold of what is stored.
    return structuredClone(this.#answer(method, path, query, body as KubernetesObject)) as T;
  }

  // biome-ignore lint/correctness/useYield: nothing is watched here
  async *watch(): AsyncIterable<never> {
    throw new Error("not watched in these tests");
  }

  async upgrade(): Promise<never> {
    throw new Error("no connection is forwarded in these tests");
  }

  close(): void {}

  #answer(method: string, path: string, query: NonNullable<KubernetesCall["query"]>, body: KubernetesObject): unknown {
    const apiVersion = /^\/(?:api|apis)\/((?:[^/]+\/)?v[^/]+)$/.exec(path)?.[1];
    if (apiVersion !== undefined) return this.#discover(apiVersion);
    const found = this.objects.get(path);
    switch (method) {
      case "GET":
        if (found !== undefined) return found;
        if (this.#isCollection(path)) return { metadata: {}, items: this.#list(path, query.labelSelector) };
        throw missing(path);
      case "DELETE":
        if (found === undefined) throw missing(path);
        this.changes.push(`DELETE ${path}`);
        this.objects.delete(path);
        return found;
      default: {
        const refusal = this.refusals.get(path);
        if (refusal !== undefined && !(refusal.reason === "Conflict" && query.force)) {
          throw new KubernetesError(refusal.message, refusal);
        }
        if (query.dryRun) return this.#stored(body, found);
        this.changes.push(`${method} ${path}`);
        this.put(path, body);
        return this.objects.get(path);
      }
    }
  }

  #resources(): readonly Resource[] {
    const hasPodDefaults = [...this.objects.keys()].some((path) => path.startsWith(CRDS));
    return hasPodDefaults ? [...BUILT_IN, POD_DEFAULTS] : BUILT_IN;
  }

  #discover(asked: string): unknown {
    const resources = this.#resources().filter(([apiVersion]) => apiVersion === asked);
    if (resources.length === 0) throw missing(asked);
    return { resources: resources.map(([, kind, name, scope]) => ({ kind, name, namespaced: scope === undefined })) };
  }

  #isCollection(path: string): boolean {
    return this.#resources().some(([, , plural]) => path.endsWith(`/${plural}`));
  }

  #list(path: string, selector: unknown): readonly KubernetesObject[] {
    const [key = "", value] = typeof selector === "string" ? selector.split("=") : [];
    const plural = path.slice(path.lastIndexOf("/"));
    const root = path.slice(0, -plural.length);
    return [...this.objects]
      .filter(([at]) => at.startsWith(`${root}/`) && at.slice(0, at.lastIndexOf("/")).endsWith(plural))
      .map(([, object]) => object)
      .filter(({ metadata }) => value === undefined || metadata.labels?.[key] === value);
  }

  #stored(object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
    const metadata: ObjectMeta = {
      ...object.metadata,
      uid: before?.metadata.uid ?? `uid-${this.#version}`,
      resourceVersion: String(++this.#version),
      managedFields: [{ manager: "fake", time: String(this.#version) }],
    };
    const isCrd = object.kind === "CustomResourceDefinition";
    return {
      ...object,
      metadata,
      ...(isCrd && { status: { conditions: [{ type: "Established", status: this.servesCrds ? "True" : "False" }] } }),
    };
  }
}

function missing(path: string): KubernetesError {
  return new KubernetesError(`${path} not found`, { status: 404, reason: "NotFound" });
}
