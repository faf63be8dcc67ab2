import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type InstallPodDefaultsOptions,
  installPodDefaults,
} from "../../../src/poddefaults/install/install-pod-defaults.ts";
import { certificatesIn, makeServingCertificate } from "../../../src/poddefaults/install/serving-certificate.ts";
import {
  podDefaultInstallation,
  uninstallPodDefaults,
} from "../../../src/poddefaults/install/uninstall-pod-defaults.ts";
import { serviceTarget, urlTarget } from "../../../src/poddefaults/install/webhook-target.ts";
import { FakeCluster } from "../../fake-cluster.ts";

const DAY = 86_400_000;
const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const OURS = `${WEBHOOKS}/kfp-ts-poddefaults`;
const CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/poddefaults.kubeflow.org";
const SECRET = "/api/v1/namespaces/kubeflow/secrets/kfp-ts-poddefaults-tls";
const KUBEFLOWS = `${WEBHOOKS}/admission-webhook-mutating-webhook-configuration`;

let cluster: FakeCluster;
let folder: string;
let certDir: string;
beforeEach(() => {
  cluster = new FakeCluster();
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-install-"));
  certDir = join(folder, "poddefaults");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const url = urlTarget("https://127.0.0.1:8443");
const service = serviceTarget("kubeflow/poddefaults");
const install = (options: Partial<InstallPodDefaultsOptions> = {}) =>
  installPodDefaults(cluster, { target: url, certDir, ...options });
const outcomes = async (options?: Partial<InstallPodDefaultsOptions>) =>
  (await install(options)).map(({ outcome }) => outcome);
const uninstall = async (withPodDefaults = false) =>
  uninstallPodDefaults(cluster, await podDefaultInstallation(cluster), { certDir, withPodDefaults });

function registration(): Record<string, unknown> & { clientConfig: Record<string, unknown> & { caBundle: string } } {
  return (cluster.objects.get(OURS)?.webhooks as unknown[] | undefined)?.[0] as never;
}

function putOther(path: string, ...webhooks: readonly object[]): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  cluster.put(path, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name },
    webhooks,
  });
}

const kubeflows = {
  name: "admission-webhook-deployment.kubeflow.org",
  clientConfig: { service: { namespace: "kubeflow", name: "admission-webhook-service", path: "/apply-poddefault" } },
};

describe("the registration", () => {
  test("is for pods that are created in profiles' namespaces, and never in the way of them", async () => {
    await install();
    expect(registration()).toMatchObject({
      clientConfig: { url: "https://127.0.0.1:8443/apply-poddefault" },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      namespaceSelector: { matchLabels: { "app.kubernetes.io/part-of": "kubeflow-profile" } },
      admissionReviewVersions: ["v1", "v1beta1"],
      failurePolicy: "Ignore",
      sideEffects: "None",
      reinvocationPolicy: "Never",
    });
    await install({ failurePolicy: "Fail" });
    expect(registration()).toMatchObject({ failurePolicy: "Fail" });
  });

  test("trusts the authority of the certificate", async () => {
    await install();
    const bundle = Buffer.from(registration().clientConfig.caBundle, "base64").toString();
    expect(bundle).toBe(readFileSync(join(certDir, "ca.crt"), "utf8"));
  });

  test("names the path and the port of a service", async () => {
    await install({ target: serviceTarget("kubeflow/poddefaults:8443") });
    expect(registration().clientConfig).toMatchObject({
      service: { namespace: "kubeflow", name: "poddefaults", port: 8443, path: "/apply-poddefault" },
    });
    expect(registration().clientConfig).not.toHaveProperty("url");
  });

  test("trusts what is given, and then no certificate is made", async () => {
    const { authorities } = await makeServingCertificate(["x"], Date.now());
    await install({ caBundle: authorities });
    expect(Buffer.from(registration().clientConfig.caBundle, "base64").toString()).toBe(authorities);
    expect(existsSync(certDir)).toBe(false);
    await expect(install({ caBundle: "nothing" })).rejects.toMatchObject({ code: "INVALID" });
  });
});

describe("the certificate", () => {
  test("of a URL is kept for its owner alone", async () => {
    await install();
    expect(statSync(certDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(certDir).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
    for (const file of readdirSync(certDir)) expect(statSync(join(certDir, file)).mode & 0o777).toBe(0o600);
  });

  test("of a service is kept in a secret, and in no file", async () => {
    await install({ target: service });
    expect(cluster.objects.get(SECRET)).toMatchObject({ type: "kubernetes.io/tls" });
    const data = cluster.objects.get(SECRET)?.data as Record<string, string>;
    const [shown] = certificatesIn(Buffer.from(data["tls.crt"] ?? "", "base64").toString());
    expect(shown?.checkHost("poddefaults.kubeflow.svc")).toBeDefined();
    expect(existsSync(certDir)).toBe(false);
  });

  test.each([
    ["a URL", url],
    ["a service", service],
  ])("of %s is kept when it is installed again, and renewed near its end", async (_what, target) => {
    expect(await outcomes({ target })).toEqual(["created", "created", "created"]);
    expect(await outcomes({ target })).toEqual(["unchanged", "unchanged", "unchanged"]);
    const before = registration().clientConfig.caBundle;
    const later = () => Date.now() + 350 * DAY;
    expect(await outcomes({ target, now: later })).toEqual(["unchanged", "configured", "configured"]);
    expect(registration().clientConfig.caBundle).not.toBe(before);
    expect(await outcomes({ target, now: later })).toEqual(["unchanged", "unchanged", "unchanged"]);
  });

  test("is trusted before it is shown", async () => {
    await install({ target: service });
    await install({ target: service, now: () => Date.now() + 350 * DAY });
    expect(cluster.changes.slice(-2)).toEqual([`PATCH ${OURS}`, `PATCH ${SECRET}`]);
  });

  test("in a directory that others can read is refused, with what to do, and nothing is changed", async () => {
    await install();
    cluster.changes.length = 0;
    chmodSync(certDir, 0o755);
    await expect(install()).rejects.toMatchObject({ code: "CERTIFICATES", fix: expect.stringContaining("chmod go= ") });
    chmodSync(certDir, 0o700);
    chmodSync(join(certDir, "tls.key"), 0o640);
    await expect(install()).rejects.toMatchObject({ code: "CERTIFICATES" });
    expect(cluster.changes).toEqual([]);
  });

  test("in a place that is none is refused before anything is changed", async () => {
    writeFileSync(certDir, "");
    chmodSync(certDir, 0o600);
    await expect(install()).rejects.toMatchObject({ code: "CERTIFICATES" });
    expect(cluster.changes).toEqual([]);
  });

  test("does not overwrite a secret of somebody else", async () => {
    cluster.put(SECRET, { apiVersion: "v1", kind: "Secret", metadata: { name: "kfp-ts-poddefaults-tls" } });
    await expect(install({ target: service })).rejects.toMatchObject({ code: "CERTIFICATES" });
    expect(cluster.changes).toEqual([]);
  });

  test("of a service that is not used any more goes", async () => {
    await install({ target: service });
    expect(await outcomes({ target: url })).toEqual(["unchanged", "configured", "created", "deleted"]);
    expect(cluster.objects.has(SECRET)).toBe(false);
  });
});

test("what was done is told at once, whatever comes after it", async () => {
  const told: string[] = [];
  putOther(KUBEFLOWS, kubeflows);
  const call = cluster.call.bind(cluster);
  cluster.call = (asked) => (asked.method === "DELETE" ? Promise.reject(new Error("cut")) : call(asked));
  const installing = install({ replace: true, onStep: ({ title }) => told.push(title.split("/")[0] ?? "") });
  await expect(installing).rejects.toThrow("cut");
  expect(told.slice(0, 2)).toEqual([
    "customresourcedefinition.apiextensions.k8s.io",
    "mutatingwebhookconfiguration.admissionregistration.k8s.io",
  ]);
});

test("what the cluster refuses is refused before anything is changed", async () => {
  cluster.refusals.set(SECRET, { status: 403, reason: "Forbidden", message: "secrets is forbidden" });
  await expect(install({ target: service })).rejects.toMatchObject({ name: "KubernetesError", status: 403 });
  expect(cluster.changes).toEqual([]);
});

describe("another PodDefault webhook", () => {
  test.each([
    ["Kubeflow's own", KUBEFLOWS, kubeflows],
    ["one at the same path of a service", `${WEBHOOKS}/x`, { ...kubeflows, name: "a.b.c" }],
    [
      "one at the same path of a URL",
      `${WEBHOOKS}/x`,
      { name: "a.b.c", clientConfig: { url: "https://h/apply-poddefault" } },
    ],
  ])("is not doubled: %s", async (_what, path, webhook) => {
    putOther(path, webhook);
    await expect(install()).rejects.toMatchObject({
      code: "REGISTERED",
      message: expect.stringContaining(path.slice(WEBHOOKS.length + 1)),
      fix: expect.stringContaining("--replace"),
    });
    expect(cluster.changes).toEqual([]);
    expect(existsSync(certDir)).toBe(false);
  });

  test("is none where it does something else", async () => {
    putOther(`${WEBHOOKS}/istio`, { name: "a.b.c", clientConfig: { service: { path: "/inject" } } });
    expect(await outcomes()).toEqual(["created", "created", "created"]);
  });

  test("is replaced where that is meant: kept first, taken away last, and remembered", async () => {
    putOther(KUBEFLOWS, kubeflows);
    const kept: string[] = [];
    const steps = await install({
      replace: true,
      onReplace: async (name, yaml) => {
        expect(cluster.objects.has(KUBEFLOWS)).toBe(true);
        kept.push(name, yaml);
      },
    });
    expect(steps.at(-1)).toMatchObject({ outcome: "deleted", title: expect.stringContaining("admission-webhook") });
    expect(kept[0]).toBe("admission-webhook-mutating-webhook-configuration");
    expect(kept[1]).toContain("admission-webhook-service");
    expect(kept[1]).not.toContain("resourceVersion");
    expect(cluster.objects.has(KUBEFLOWS)).toBe(false);
    await install();
    expect((await podDefaultInstallation(cluster)).replaced).toEqual([
      "admission-webhook-mutating-webhook-configuration",
    ]);
  });

  test("goes alone where its registration holds more", async () => {
    const more = { name: "d.e.f", clientConfig: { service: { path: "/other" } } };
    putOther(`${WEBHOOKS}/x`, more, { ...kubeflows, name: "a.b.c" });
    expect((await install({ replace: true })).at(-1)).toMatchObject({ outcome: "configured" });
    expect(cluster.objects.get(`${WEBHOOKS}/x`)?.webhooks).toEqual([more]);
  });

  test("stays where it cannot be kept", async () => {
    putOther(KUBEFLOWS, kubeflows);
    const onReplace = () => Promise.reject(new Error("full"));
    await expect(install({ replace: true, onReplace })).rejects.toThrow("full");
    expect(cluster.changes).toEqual([]);
    expect(cluster.objects.has(KUBEFLOWS)).toBe(true);
  });
});

describe("the custom resource", () => {
  test("that the cluster takes and does not serve is told, and no webhook is registered", async () => {
    cluster.servesCrds = false;
    await expect(install({ patienceMs: 0 })).rejects.toMatchObject({
      code: "NOT_SERVED",
      fix: expect.stringContaining("kubectl"),
    });
    expect(cluster.objects.has(OURS)).toBe(false);
  });

  test("of somebody else is kept as it is", async () => {
    const theirs = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "poddefaults.kubeflow.org" },
      spec: {},
    };
    cluster.put(CRD, theirs);
    expect(await outcomes()).toEqual(["kept", "created", "created"]);
    expect(cluster.objects.get(CRD)?.spec).toEqual({});
    expect((await uninstall()).keptCrd).toMatchObject({ reason: expect.stringContaining("did not make it") });
    expect(cluster.objects.has(CRD)).toBe(true);
  });
});

describe("uninstalling", () => {
  const putPodDefault = (): void =>
    cluster.put("/apis/kubeflow.org/v1alpha1/namespaces/team-a/poddefaults/x", {
      apiVersion: "kubeflow.org/v1alpha1",
      kind: "PodDefault",
      metadata: { name: "x", namespace: "team-a" },
    });

  test.each([
    ["a URL", url],
    ["a service", service],
  ])("leaves no trace of %s", async (_what, target) => {
    await install({ target });
    await uninstall();
    expect([...cluster.objects.keys()]).toEqual([]);
    expect(existsSync(certDir)).toBe(false);
  });

  test("leaves PodDefaults and their custom resource, unless they are meant", async () => {
    await install();
    putPodDefault();
    expect((await uninstall()).keptCrd).toMatchObject({ hasPodDefaults: true });
    expect(cluster.objects.has(OURS)).toBe(false);
    expect(cluster.objects.has(CRD)).toBe(true);
    expect((await uninstall(true)).keptCrd).toBeUndefined();
    expect(cluster.objects.has(CRD)).toBe(false);
  });

  test("touches nothing that was not made here", async () => {
    putOther(KUBEFLOWS, kubeflows);
    cluster.put(SECRET, { apiVersion: "v1", kind: "Secret", metadata: { name: "kfp-ts-poddefaults-tls" } });
    expect((await uninstall()).removed).toEqual([]);
    expect(cluster.changes.filter((change) => change.startsWith("DELETE"))).toEqual([]);
  });

  test("takes no files that were not made here", async () => {
    const dir = mkdtempSync(join(folder, "mine-"));
    for (const file of ["ca.crt", "tls.crt", "tls.key"]) writeFileSync(join(dir, file), "mine");
    await uninstallPodDefaults(cluster, await podDefaultInstallation(cluster), { certDir: dir });
    expect(readdirSync(dir)).toHaveLength(3);
  });

  test("twice is as good as once", async () => {
    await install();
    await uninstall();
    expect(await uninstall()).toEqual({ removed: [], keptCrd: undefined });
  });
});
