import { answerReview, fixedPodDefaults, type JsonObject } from "@kfp-ts/kubeflow";
import type { Log } from "@kfp-ts/server/ports";
import { describe, expect, test } from "vitest";
import { keptLog, podDefault, podWith, reviewBody, unreadySource } from "./pod-defaults.ts";
import { Seeded } from "./seeded.ts";

const podDefaults = fixedPodDefaults([podDefault("a", { env: [{ name: "PASSWORD", value: "hunter2" }] })]);

interface Answer {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly message?: string;
  readonly code?: number;
  readonly response?: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patch?: string;
    readonly warnings?: readonly string[];
    readonly status?: { readonly message: string };
  };
}

function ask(
  body: string,
  contentType: string | undefined = "application/json",
  log?: Log,
): Answer & { status: number } {
  const { status, body: text } = answerReview({ contentType, body, podDefaults, log });
  return { ...(JSON.parse(text) as Answer), status };
}

describe("a review", () => {
  test.each(["admission.k8s.io/v1", "admission.k8s.io/v1beta1"])(
    "of %s is answered in its version, with its uid",
    (apiVersion) => {
      const review = JSON.parse(reviewBody(podWith())) as JsonObject;
      expect(ask(JSON.stringify({ ...review, apiVersion }))).toMatchObject({
        status: 200,
        apiVersion,
        kind: "AdmissionReview",
        response: { uid: "u", allowed: true, patchType: "JSONPatch" },
      });
    },
  );

  test.each(["application/json; charset=utf-8", "Application/JSON ;x=y"])("is read as %s", (contentType) => {
    expect(ask(reviewBody(podWith()), contentType).response?.allowed).toBe(true);
  });

  test("without a change carries no patch", () => {
    const body = reviewBody(podWith({}, { annotations: { "poddefault.admission.kubeflow.org/exclude": "true" } }));
    expect(ask(body).response).toEqual({ uid: "u", allowed: true });
  });

  test.each(["CREATE", "UPDATE", "DELETE", "CONNECT", ""])("of nothing (%s) changes nothing", (operation) => {
    expect(ask(reviewBody(null, { operation })).response).toEqual({ uid: "u", allowed: true });
  });

  test.each([
    [{ apiVersion: "v1", kind: "ConfigMap" }, true],
    [{ apiVersion: "v1", kind: "Foo" }, false],
    [{ apiVersion: "apps/v1", kind: "Deployment" }, false],
    [{ apiVersion: "v2", kind: "Pod" }, false],
    [{ apiVersion: 1, kind: {} }, false],
    ["pod", false],
    [[podWith()], false],
    [{ ...podWith(), metadata: [] }, false],
    [{ ...podWith(), metadata: { labels: { a: 1 } } }, false],
    [{ ...podWith(), spec: { containers: {} } }, false],
    [podWith({ containers: ["main"] }), false],
    [podWith({ containers: [{ name: "main", env: "X" }] }), false],
    [podWith({ containers: [{ name: "main", resources: { limits: { cpu: "much" } } }] }), false],
    [podWith({ volumes: [{ name: 5 }] }), false],
    [podWith({ nodeSelector: { a: 1 } }), false],
    [podWith({ terminationGracePeriodSeconds: "30" }), false],
    [podWith({ ephemeralContainers: {} }), false],
  ])("of %j, which is no good pod, patches nothing", (object, allowed) => {
    const { response } = ask(reviewBody(object));
    expect(response?.allowed).toBe(allowed);
    expect(response?.patch).toBeUndefined();
    if (!allowed) expect(response?.status?.message).toMatch(/^the (pod cannot be read|object is no pod): /);
  });

  test.each([
    { group: "apps", version: "v1", resource: "deployments" },
    { group: "", version: "v1", resource: "pods/exec" },
    { group: "", version: "v2", resource: "pods" },
    null,
  ])("of another resource (%j) is not decided", (resource) => {
    expect(ask(reviewBody(podWith(), { resource }))).toEqual({
      status: 200,
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
    });
  });
});

describe("what is no review gets no decision, and is told why", () => {
  test.each<[string, string, string | undefined, number, RegExp]>([
    ["an empty body", "", "application/json", 400, /empty/],
    ["no JSON", "{this is not", "application/json", 400, /no JSON/],
    ["YAML", "kind: AdmissionReview", "application/json", 400, /no JSON/],
    ["a list", "[]", "application/json", 400, /no object/],
    ["null", "null", "application/json", 400, /no object/],
    ["another kind", '{"kind":"Pod"}', "application/json", 400, /no AdmissionReview of .* kind "Pod"/],
    ["another version", '{"apiVersion":"admission.k8s.io/v2"}', "application/json", 400, /admission\.k8s\.io\/v2/],
    ["no request", '{"kind":"AdmissionReview"}', "application/json", 400, /no request/],
    ["a uid that is none", '{"request":{"uid":1}}', "application/json", 400, /uid of the request is no text/],
    ["another type", "{}", "text/yaml", 415, /"text\/yaml"; application\/json is expected/],
    ["no type", "{}", "", 415, /application\/json is expected/],
  ])("%s", (_, body, contentType, status, message) => {
    const answer = ask(body, contentType);
    expect(answer).toMatchObject({ status, kind: "Status", code: status });
    expect(answer.message).toMatch(message);
    expect(answer.response).toBeUndefined();
  });

  test("a review that comes before the PodDefaults are known is for failurePolicy to decide", () => {
    const podDefaults = unreadySource("Still reading.");
    const { status, body } = answerReview({
      contentType: "application/json",
      body: reviewBody(podWith()),
      podDefaults,
    });
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ kind: "Status", message: "Still reading." });
  });
});

test("whatever is done to a review, it is answered, and no pod is let in changed that is not understood", () => {
  const sound = reviewBody(podWith({ volumes: [{ name: "v", emptyDir: {} }] }, { labels: { a: "b" } }));
  const garbage = ["null", '""', "[]", "{}", "-1", "1e999", '{"__proto__":{"a":1}}', "true", '"\\ud800"'];
  for (let seed = 0; seed < 3000; seed += 1) {
    const seeded = new Seeded(seed);
    const at = Math.floor(seeded.next() * sound.length);
    const body = seeded.chance(0.5)
      ? sound.replace(new RegExp(`(?<=.{${at}})"[a-zA-Z]+"(?!:)`), () => seeded.pick(garbage))
      : sound.slice(0, at) +
        String.fromCharCode(Math.floor(seeded.next() * 256)) +
        sound.slice(at + seeded.pick([0, 1, 5]));
    const answer = ask(body);
    expect([200, 400]).toContain(answer.status);
    if (answer.response?.patch === undefined) continue;
    const { object } = (JSON.parse(body) as { request: { object: { spec: { containers: unknown } } } }).request;
    expect(Array.isArray(object.spec?.containers ?? [])).toBe(true);
  }
});

describe("the log", () => {
  test("says what was applied to which pod, and no value", () => {
    const log = keptLog();
    ask(reviewBody(podWith()), "application/json", log);
    expect(log.lines).toEqual([
      'PodDefaults were applied {"namespace":"here","pod":"p","podDefaults":["a"],"operations":2}',
    ]);
  });

  test("says which pod was denied for what, and no value", () => {
    const log = keptLog();
    const pod = podWith(
      { containers: [{ name: "main", env: [{ name: "PASSWORD", value: "s3cret" }] }] },
      { generateName: "g-", name: undefined },
    );
    const { response } = ask(reviewBody(pod), "application/json", log);
    expect(response?.status?.message).toContain("s3cret");
    expect(log.lines.join("\n")).toMatch(/a pod was denied .*"pod":"g-\*".*has a conflict on PASSWORD/);
    expect(log.lines.join("\n")).not.toMatch(/s3cret|hunter2/);
  });

  test("says which selector is broken, as the answer does", () => {
    const log = keptLog();
    const source = fixedPodDefaults([
      podDefault("b", { selector: { matchExpressions: [{ key: "k", operator: "Gt" }] } }),
    ]);
    const { body } = answerReview({
      contentType: "application/json",
      body: reviewBody(podWith()),
      podDefaults: source,
      log,
    });
    const warning =
      'PodDefault b applies to no pod, since its selector is broken: "Gt" is not a valid label selector operator';
    expect(JSON.parse(body)).toMatchObject({ response: { allowed: true, warnings: [warning] } });
    expect(log.lines[0]).toContain("PodDefault b applies to no pod");
  });
});
