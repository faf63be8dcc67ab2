import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasPage, manifestOfPage } from "../../packages/kubeflow/test/manifests/page.ts";
import { freePorts } from "../../scripts/free-ports.mjs";
import { apply, eventually, kubeconfig, kubectl, profileNamespace, runKubectl } from "./support/cluster.ts";
import { kfpTs, type RunningCommand, serving } from "./support/command.ts";
import { differences, type RecordedPod, readRecording, recordingPresent } from "./support/recorded-poddefaults.ts";

// Of its own for each run, so that several can be under way and one that was broken off is in nobody's way.
const id = Date.now().toString(36);
const [profile, second, elsewhere] = [`m-${id}-profile`, `m-${id}-second`, `m-${id}-elsewhere`] as const;
const KUBEFLOWS = "admission-webhook-mutating-webhook-configuration";
let home: string;
let url: string;
let webhook: RunningCommand | undefined;

const command = (...args: string[]) => kfpTs([...args, "--kubeconfig", kubeconfig()], { home });
const install = (...args: string[]) => command("poddefaults", "install", ...args);

async function serve(): Promise<void> {
  const port = new URL(url).port;
  // What it logs names the cluster's address too; this is to be the webhook's.
  const options = ["--port", port, "--log-level", "warn", "--kubeconfig", kubeconfig()];
  webhook = await serving(["poddefaults", "serve", ...options], { home });
}

interface Stored {
  readonly metadata: { readonly annotations?: Record<string, string>; readonly labels?: Record<string, string> };
  readonly spec: {
    readonly containers: ReadonlyArray<{
      readonly name: string;
      readonly env?: readonly unknown[];
      readonly volumeMounts?: ReadonlyArray<{ readonly name: string }>;
    }>;
    readonly volumes?: ReadonlyArray<{ readonly name: string }>;
  };
}

const MARK = "poddefault.admission.kubeflow.org/poddefault-access-ml-pipeline";

function podIn(namespace: string, name: string, labels: Record<string, string> = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: "hello-world", image: "hello-world:latest" }] },
  };
}

/** Creates a pod through the API server, tells what was stored, and takes it away. */
async function created(pod: object, ...options: string[]): Promise<{ stored: Stored | undefined; errors: string }> {
  const {
    code,
    stdout,
    stderr: errors,
  } = await runKubectl(["create", "-f", "-", "-o", "json", ...options], JSON.stringify(pod));
  if (code !== 0) return { stored: undefined, errors };
  if (options.length === 0) await kubectl(["delete", "-f", "-", "--grace-period=0", "--force"], JSON.stringify(pod));
  return { stored: JSON.parse(stdout) as Stored, errors };
}

/** What a pod with the label of the page would become at this moment. */
async function tried(): Promise<Stored | undefined> {
  const { stored } = await created(podIn(profile, "try", { "access-ml-pipeline": "true" }), "--dry-run=server");
  return stored;
}

const withoutMark = (stored: Stored | undefined): boolean =>
  stored !== undefined && stored.metadata.annotations?.[MARK] === undefined;

/** An API server takes a moment until it asks a webhook that was registered, and until it knows a new PodDefault. */
const asked = () => eventually("the API server asks the webhook", async () => !withoutMark(await tried()));

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-poddefaults-"));
  // A registration has to name a port before anybody listens.
  const [port] = await freePorts(1);
  url = `https://127.0.0.1:${port}`;
  await apply(...profileNamespace(profile), ...profileNamespace(second), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: elsewhere },
  });
  for (const namespace of [profile, second, elsewhere]) {
    await eventually("the namespace has its service account", async () => {
      return (await runKubectl(["get", "serviceaccount", "default", "-n", namespace])).code === 0;
    });
  }
});
afterAll(async () => {
  await webhook?.stop();
  await runKubectl(["delete", "mutatingwebhookconfiguration", KUBEFLOWS, "--ignore-not-found"]);
  await runKubectl(["delete", "namespace", profile, second, elsewhere, "--ignore-not-found"]);
  await command("poddefaults", "uninstall");
  rmSync(home, { recursive: true, force: true });
});

describe("installed by our own command", () => {
  beforeAll(async () => {
    const installed = await install("--url", url);
    expect(installed.code, installed.stderr).toBe(0);
    await serve();
    const applied = await command("manifests", "pod-default", "-n", profile, "--apply", "--yes");
    expect(applied).toMatchObject({ code: 0, stdout: "poddefault.kubeflow.org/access-ml-pipeline created\n" });
    await asked();
  });

  it("installing again changes nothing", async () => {
    const { code, stdout } = await install("--url", url);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[1]),
    ).toEqual([expect.stringMatching(/unchanged|kept/), "unchanged", "unchanged"]);
  });

  it.skipIf(!hasPage)("a pod with the label gets exactly the page's variable, volume and mount", async () => {
    const page = (manifestOfPage("PodDefault") as { spec: Record<string, unknown> }).spec;
    const { stored } = await created(podIn(profile, "labelled", { "access-ml-pipeline": "true" }));
    const bare = (await created(podIn(profile, "labelled"))).stored as Stored;
    const [container] = stored?.spec.containers ?? [];
    const isTheClusters = ({ name }: { name: string }): boolean => name.startsWith("kube-api-access-");
    expect(container?.env).toEqual(page.env);
    expect(container?.volumeMounts?.filter((mount) => !isTheClusters(mount))).toEqual(page.volumeMounts);
    const [volume] = page.volumes as ReadonlyArray<{ projected: object }>;
    // The mode is what the API server fills in.
    expect(stored?.spec.volumes?.filter((one) => !isTheClusters(one))).toEqual([
      { ...volume, projected: { ...volume?.projected, defaultMode: 420 } },
    ]);
    expect(Object.keys(stored?.metadata.annotations ?? {})).toEqual([MARK]);
    const { containers: _one, volumes: _two, ...rest } = stored?.spec ?? {};
    const { containers: _three, volumes: _four, ...bareRest } = bare.spec;
    expect(rest).toEqual(bareRest);
  });

  it("the page's complete Pod is admitted with the label, and applied twice it is unchanged", async () => {
    const args = ["manifests", "pod", "-n", profile, "--label", "access-ml-pipeline=true", "--apply", "--yes"];
    expect(await command(...args)).toMatchObject({ code: 0, stdout: "pod/access-kfp-example created\n" });
    const pod = JSON.parse(await kubectl(["get", "pod", "access-kfp-example", "-n", profile, "-o", "json"])) as Stored;
    expect(pod.metadata.annotations?.[MARK]).toBeDefined();
    expect(pod.spec.volumes?.filter(({ name }) => name === "volume-kf-pipeline-token")).toHaveLength(1);
    expect(await command(...args)).toMatchObject({ code: 0, stdout: "pod/access-kfp-example unchanged\n", stderr: "" });
  });

  it("pods without the label and pods of other namespaces are left alone", async () => {
    expect(withoutMark((await created(podIn(profile, "bare"))).stored)).toBe(true);
    expect(withoutMark((await created(podIn(elsewhere, "x", { "access-ml-pipeline": "true" }))).stored)).toBe(true);
  });

  it("a PodDefault for every profile reaches every profile", async () => {
    const { code, stdout } = await command("manifests", "pod-default", "--all-profiles");
    expect(code).toBe(0);
    for (const namespace of [profile, second]) expect(stdout).toContain(`namespace: ${namespace}\n`);
    expect(stdout).not.toContain(elsewhere);
  });

  it("a certificate that is renewed is taken up by the webhook that runs", async () => {
    const directory = join(home, ".local/share/kfp-ts/poddefaults");
    const before = readFileSync(join(directory, "tls.crt"), "utf8");
    // For another name it has to be another one; the API server takes none for this name but the new one.
    const renewed = await install("--url", url.replace("127.0.0.1", "localhost"));
    expect(renewed.code, renewed.stderr).toBe(0);
    expect(readFileSync(join(directory, "tls.crt"), "utf8")).not.toBe(before);
    const { clientConfig } = JSON.parse(
      await kubectl(["get", "mutatingwebhookconfiguration", "kfp-ts-poddefaults", "-o", "jsonpath={.webhooks[0]}"]),
    );
    expect(clientConfig.url).toContain("https://localhost:");
    await asked();
    expect((await install("--url", url)).code).toBe(0);
    await asked();
  });

  describe.skipIf(!recordingPresent)("what was recorded with Kubeflow's webhook", () => {
    const { cases, podDefaults, crdValidation } = recordingPresent
      ? readRecording({ pde2e: profile, pde2f: second, "pde2e-out": elsewhere })
      : { cases: [], podDefaults: [], crdValidation: [] };
    const broken = podDefaults.find(({ metadata }) => metadata.name === "broken");

    it("its PodDefaults are taken, and the webhook knows them soon", async () => {
      await apply(...podDefaults.filter((one) => one !== broken));
      await eventually("the webhook knows the PodDefaults", async () => {
        const pods = [podIn(profile, "try", { tol: "true" }), podIn(second, "try", { same: "true" })];
        const [denied, sidecar] = await Promise.all(pods.map((pod) => created(pod, "--dry-run=server")));
        return denied?.stored === undefined && sidecar?.stored?.spec.containers.length === 2;
      });
    });

    // The two that need a webhook that is down or away come with the tests for that.
    const asking = cases.filter(({ name }) => name !== "webhook-down" && name !== "after-config-deleted");
    it.each(asking.map((one) => [one.name, one] as const))("%s", async (name, recorded) => {
      await withVersions(recorded.admissionReviewVersions ?? []);
      const needsBroken = name === "broken-selector" || name === "excluded";
      if (needsBroken) {
        await apply(broken ?? {});
        await eventually("the webhook knows the broken one", async () =>
          (await created(podIn(second, "try", { same: "true" }), "--dry-run=server")).errors.includes("broken"),
        );
      }
      try {
        const options = name === "conflict-dry-run-server" ? ["--dry-run=server"] : [];
        compare(recorded, await created(recorded.pod, ...options));
      } finally {
        if (needsBroken) await kubectl(["delete", "poddefault", "broken", "-n", second]);
      }
    });

    it.each(crdValidation.map((one) => [one.error.split("\n")[0] ?? "", one] as const))(
      "the custom resource refuses: %s",
      async (_what, { spec, error }) => {
        const podDefault = {
          apiVersion: "kubeflow.org/v1alpha1",
          kind: "PodDefault",
          metadata: { name: "v", namespace: second },
          spec,
        };
        const { code, stderr: errors } = await runKubectl(["create", "-f", "-"], JSON.stringify(podDefault));
        expect(code).toBe(1);
        expect(errors.trim().replace('"STDIN"', '"<file>"')).toBe(error);
      },
    );

    it("every listed difference is of a case that was recorded", () => {
      const names = cases.map(({ name }) => name);
      expect(Object.keys(differences).filter((name) => !names.includes(name))).toEqual([]);
    });
  });

  it("with the webhook down pods are created all the same, without what PodDefaults say", async () => {
    await webhook?.stop();
    const { stored } = await created(podIn(profile, "down", { "access-ml-pipeline": "true" }));
    expect(withoutMark(stored)).toBe(true);
    await serve();
    await asked();
  });

  it("uninstalling stops at PodDefaults, and without them leaves no trace", async () => {
    const kept = await command("poddefaults", "uninstall");
    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain(
      "mutatingwebhookconfiguration.admissionregistration.k8s.io/kfp-ts-poddefaults deleted\n",
    );
    expect(kept.stderr).toMatch(/customresourcedefinition.* stays: /);
    expect((await runKubectl(["get", "mutatingwebhookconfiguration", "kfp-ts-poddefaults"])).code).toBe(1);
    expect(existsSync(join(home, ".local/share/kfp-ts/poddefaults"))).toBe(false);
    await eventually("pods are created as they are", async () => withoutMark(await tried()));
    await webhook?.stop();

    await kubectl(["delete", "poddefault", "--all", "-n", profile]);
    await kubectl(["delete", "poddefault", "--all", "-n", second]);
    const crd = ["get", "crd", "poddefaults.kubeflow.org"];
    // Somebody else's custom resource, and one with PodDefaults of somebody else, stay.
    const { stdout: output } = await runKubectl([...crd, "-o", "jsonpath={.metadata.labels}"]);
    const others = (await runKubectl(["get", "poddefault", "-A", "-o", "name"])).stdout.trim();
    const goes = output.includes('"app.kubernetes.io/managed-by":"kfp-ts"') && others === "";
    const gone = await command("poddefaults", "uninstall");
    expect(gone.code).toBe(0);
    if (!goes) return;
    expect(gone.stdout).toBe("customresourcedefinition.apiextensions.k8s.io/poddefaults.kubeflow.org deleted\n");
    expect((await runKubectl(crd)).code).toBe(1);
  });
});

describe("where Kubeflow's own webhook is registered", () => {
  const theirs = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: KUBEFLOWS, labels: { app: "poddefaults" } },
    webhooks: [
      {
        name: "admission-webhook-deployment.kubeflow.org",
        clientConfig: {
          service: { namespace: "kubeflow", name: "admission-webhook-service", path: "/apply-poddefault" },
        },
        failurePolicy: "Ignore",
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": elsewhere } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        sideEffects: "None",
        admissionReviewVersions: ["v1beta1", "v1"],
      },
    ],
  };

  it("installing is refused, and changes nothing", async () => {
    await apply(theirs);
    const refused = await install("--url", url);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(KUBEFLOWS);
    expect(refused.stderr).toContain("fix: Say --replace");
    expect((await runKubectl(["get", "mutatingwebhookconfiguration", "kfp-ts-poddefaults"])).code).toBe(1);
  });

  it("--replace comes in its place, and what was replaced can be brought back as it is said", async () => {
    const replaced = await install("--url", url, "--replace");
    expect(replaced.code, replaced.stderr).toBe(0);
    expect(replaced.stdout).toContain(`${KUBEFLOWS} deleted\n`);
    expect((await runKubectl(["get", "mutatingwebhookconfiguration", KUBEFLOWS])).code).toBe(1);
    const uninstalled = await command("poddefaults", "uninstall");
    expect(uninstalled.code, uninstalled.stderr).toBe(0);
    const [, path = ""] = /kubectl apply --filename (\S+)/.exec(uninstalled.stderr) ?? [];
    expect((await runKubectl(["get", "mutatingwebhookconfiguration", KUBEFLOWS])).code).toBe(1);
    await kubectl(["apply", "--filename", path]);
    const back = JSON.parse(await kubectl(["get", "mutatingwebhookconfiguration", KUBEFLOWS, "-o", "json"]));
    expect(back.webhooks[0]).toMatchObject(theirs.webhooks[0] ?? {});
    await kubectl(["delete", "mutatingwebhookconfiguration", KUBEFLOWS]);
  });
});

describe("behind a service of the cluster", () => {
  it("the certificate is in a secret that the API server takes, and uninstalling takes it away", async () => {
    const args = ["--service", `${elsewhere}/poddefaults:8443`];
    const installed = await install(...args);
    expect(installed.code, installed.stderr).toBe(0);
    expect(installed.stdout).toContain("secret/kfp-ts-poddefaults-tls created\n");
    const secret = ["get", "secret", "kfp-ts-poddefaults-tls", "-n", elsewhere];
    expect(JSON.parse(await kubectl([...secret, "-o", "json"]))).toMatchObject({ type: "kubernetes.io/tls" });
    expect((await install(...args)).stdout).toContain("secret/kfp-ts-poddefaults-tls unchanged\n");
    expect((await command("poddefaults", "uninstall")).code).toBe(0);
    expect((await runKubectl(secret)).code).toBe(1);
  });

  it("a namespace that is not there is refused before anything is changed", async () => {
    const refused = await install("--service", "m-nowhere/poddefaults");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("m-nowhere");
    expect((await runKubectl(["get", "mutatingwebhookconfiguration", "kfp-ts-poddefaults"])).code).toBe(1);
  });
});

/** Lets the API server ask in other versions than it is told to by default; whenever that arrives, the answer is the same. */
async function withVersions(versions: readonly string[]): Promise<void> {
  const patch = [{ op: "replace", path: "/webhooks/0/admissionReviewVersions", value: versions }];
  const args = ["patch", "mutatingwebhookconfiguration", "kfp-ts-poddefaults", "--type=json"];
  await kubectl([...args, "-p", JSON.stringify(patch)]);
}

function compare(recorded: RecordedPod, found: { stored: Stored | undefined; errors: string }): void {
  const difference = differences[recorded.name];
  if (difference !== undefined) {
    expect(recorded.created, "it is listed as a difference, so it has to be one").toBe(false);
    expect(found.stored, `${difference.why}: ${found.errors}`).toBeDefined();
    return;
  }
  expect(found.stored !== undefined, found.errors).toBe(recorded.created);
  if (recorded.error !== undefined) {
    const errors = found.errors
      .replace('"STDIN"', '"<file>"')
      .replace("poddefaults.kfp-ts.kubeflow.org", "admission-webhook-deployment.kubeflow.org");
    const [beginning = ""] = recorded.error.split("<any>");
    // Behind the names of what is in conflict come the values, here as YAML.
    expect(errors.replaceAll(/\s+/g, " ")).toContain(beginning.replaceAll(/\s+/g, " ").trim());
  }
  if (recorded.stored === undefined || found.stored === undefined) return;
  const { metadata, spec } = found.stored;
  const marks = Object.keys(metadata.annotations ?? {}).map((key) => [key, "<resourceVersion>"]);
  const text = JSON.stringify({ labels: metadata.labels ?? {}, annotations: Object.fromEntries(marks), spec });
  expect(JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-<any>"))).toEqual(recorded.stored);
}
