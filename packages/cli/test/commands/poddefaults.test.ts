import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type Fake, type FakeOptions, fakeIo } from "../fake-io.ts";
import { fakeKubernetes } from "../fake-kubernetes.ts";

const { cluster, env } = fakeKubernetes();
const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const OURS = `${WEBHOOKS}/kfp-ts-poddefaults`;
let data: string;
let certDir: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "kfp-ts-poddefaults-"));
  certDir = join(data, "kfp-ts", "poddefaults");
});
afterEach(() => {
  cluster.objects.clear();
  cluster.refusals.clear();
  cluster.changes.length = 0;
  rmSync(data, { recursive: true, force: true });
});

const fake = (argv: string, options: Omit<FakeOptions, "argv"> = {}) =>
  fakeIo({ ...options, env: { ...env, XDG_DATA_HOME: data }, argv: ["poddefaults", ...argv.split(" ")] });
const run = (argv: string, options?: Omit<FakeOptions, "argv">) => outcomeOf(fake(argv, options));
const URL_OPTION = "install --url https://127.0.0.1:8443";

function putPodDefault(name: string): void {
  cluster.put(`/apis/kubeflow.org/v1alpha1/namespaces/team-a/poddefaults/${name}`, {
    apiVersion: "kubeflow.org/v1alpha1",
    kind: "PodDefault",
    metadata: { name, namespace: "team-a" },
  });
}

function putKubeflows(): string {
  const name = "admission-webhook-mutating-webhook-configuration";
  cluster.put(`${WEBHOOKS}/${name}`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name },
    webhooks: [{ name: "admission-webhook-deployment.kubeflow.org", clientConfig: {} }],
  });
  return name;
}

describe("install", () => {
  test("says what became of each thing, and what has to run", async () => {
    const { code, stdout, stderr } = await run(URL_OPTION);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "customresourcedefinition.apiextensions.k8s.io/poddefaults.kubeflow.org created\n" +
        "mutatingwebhookconfiguration.admissionregistration.k8s.io/kfp-ts-poddefaults created\n" +
        `${certDir} created\n`,
    });
    expect(stderr).toBe("Pods get their PodDefaults while this runs: kfp-ts poddefaults serve --port 8443\n");
    expect((await run(URL_OPTION)).stdout).not.toMatch(/created|configured/);
  });

  test("puts the options into the registration", async () => {
    await run(`install --service kubeflow/pd:8443 --failure-policy Fail --cert-dir ${join(data, "other")}`);
    expect(cluster.objects.get(OURS)?.webhooks).toMatchObject([
      { failurePolicy: "Fail", clientConfig: { service: { namespace: "kubeflow", name: "pd", port: 8443 } } },
    ]);
    const bundle = join(data, "ca.pem");
    await run(URL_OPTION);
    writeFileSync(bundle, readFileSync(join(certDir, "ca.crt")));
    const { code } = await run(`install --url https://hooks.example.com --ca-bundle ${bundle}`);
    expect(code).toBe(0);
    expect(cluster.objects.get(OURS)?.webhooks).toMatchObject([
      { failurePolicy: "Ignore", clientConfig: { url: "https://hooks.example.com/apply-poddefault" } },
    ]);
  });

  test("leaves a cluster alone that has a PodDefault webhook, and keeps what it replaces", async () => {
    const name = putKubeflows();
    const refused = await run(URL_OPTION);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(new RegExp(`${name}[\\s\\S]*fix: .*--replace`));
    expect(cluster.changes).toEqual([]);

    const replaced = await run(`${URL_OPTION} --replace`);
    expect(replaced.stdout).toContain(`/${name} deleted\n`);
    const path = join(certDir, `replaced-${name}.yaml`);
    expect(replaced.stderr).toContain(`kubectl apply --filename ${path}`);
    expect(readFileSync(path, "utf8")).toContain(`name: ${name}\n`);
    const gone = await run("uninstall");
    expect(gone.stderr).toContain(
      `${name} was replaced and is not brought back. To do so: kubectl apply --filename ${path}`,
    );
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    ["install", "--url"],
    ["install --url https://a --service b/c", "exclude each other"],
    ["install --url http://127.0.0.1:8443", "https"],
    ["install --service nonsense", "kubeflow/poddefaults"],
    ["install --url https://a --failure-policy ignore", "Ignore and Fail"],
    ["serve --tls-cert a", "--tls-key"],
    ["serve --tls-cert a --tls-key b --cert-dir c", "exclude each other"],
    ["serve", "kfp-ts poddefaults install"],
  ])("wrong usage: %s", async (argv, said) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect(cluster.changes).toEqual([]);
  });

  test("a bundle that is not there, or none, is told", async () => {
    expect(await run(`${URL_OPTION} --ca-bundle /nonexistent`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("/nonexistent"),
    });
    expect((await run(`${URL_OPTION} --ca-bundle ${env.KUBECONFIG}`)).code).toBe(2);
  });

  test("who may not is told that, with exit code 4", async () => {
    cluster.refusals.set(OURS, { status: 403, reason: "Forbidden", message: "you may not" });
    expect(await run(URL_OPTION)).toMatchObject({
      code: 4,
      stdout: "",
      stderr: expect.stringContaining("you may not"),
    });
    expect(cluster.changes).toEqual([]);
  });
});

describe("uninstall", () => {
  test("takes everything away, and says so once", async () => {
    await run(URL_OPTION);
    const { code, stdout } = await run("uninstall");
    expect(code).toBe(0);
    expect(stdout.match(/ deleted\n/g)).toHaveLength(3);
    expect([...cluster.objects.keys()]).toEqual([]);
    expect(existsSync(certDir)).toBe(false);
    expect(await run("uninstall")).toEqual({ code: 0, stdout: "", stderr: "Nothing of kfp-ts was installed.\n" });
  });

  test("leaves PodDefaults, and asks before they are lost", async () => {
    await run(URL_OPTION);
    putPodDefault("a");
    putPodDefault("b");
    expect((await run("uninstall")).stderr).toContain(
      "stays: there are still 2 PodDefaults; --crd deletes them with it.",
    );
    expect(await run("uninstall --crd")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    const no = await run("uninstall --crd", { terminal: true, lines: ["n"] });
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining("Delete all 2 PodDefaults of http://") });
    expect(cluster.objects.size).toBe(3);
    expect((await run("uninstall --crd --yes")).stdout).toContain("poddefaults.kubeflow.org deleted\n");
  });
});

describe("serve", () => {
  async function urlOf({ stdout, stderr }: Fake, outcome: Promise<{ stderr: string }>): Promise<string> {
    let ended = false;
    void outcome.then(() => {
      ended = true;
    });
    for (;;) {
      const url = /on (https:\/\/\S+)\/apply-poddefault/.exec(stdout())?.[1];
      if (url !== undefined) return url;
      if (ended) throw new Error(stderr());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** What the webhook answers a caller who trusts the authority that was made. */
  function get(url: string): Promise<number | undefined> {
    const agent = new Agent({ ca: readFileSync(join(certDir, "ca.crt")) });
    return new Promise((resolve, reject) => {
      request(url, { agent }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  }

  test("shows the certificate that was made, says where it is, and stops when it is asked to", async () => {
    await run(URL_OPTION);
    const webhook = fake("serve --port 0 --log-level silent");
    const outcome = outcomeOf(webhook);
    const url = await urlOf(webhook, outcome);
    expect(await get(`${url}/healthz`)).toBe(200);
    expect(webhook.stdout()).toContain("cluster  http://127.0.0.1:");
    webhook.signal("SIGTERM");
    expect(await outcome).toMatchObject({ code: 0, stderr: "Stopping.\n" });
    await expect(get(`${url}/healthz`)).rejects.toThrow();
  });

  test("takes other certificates, and looks then at nothing that was made", async () => {
    await run(URL_OPTION);
    const [cert, key] = [join(data, "cert.pem"), join(data, "key.pem")];
    writeFileSync(cert, readFileSync(join(certDir, "tls.crt")));
    writeFileSync(key, readFileSync(join(certDir, "tls.key")));
    chmodSync(certDir, 0o755);
    const webhook = fake(`serve --port 0 --log-level silent --tls-cert ${cert} --tls-key ${key}`);
    const outcome = outcomeOf(webhook);
    expect(await get(`${await urlOf(webhook, outcome)}/healthz`)).toBe(200);
    webhook.signal("SIGINT");
    expect((await outcome).code).toBe(0);
  });

  test("does not use a key that others can read", async () => {
    await run(URL_OPTION);
    chmodSync(join(certDir, "tls.key"), 0o644);
    expect(await run("serve --port 0")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("chmod go= "),
    });
    expect(readdirSync(certDir)).toHaveLength(3);
  });

  test("a port that is taken, and files that are none, are told", async () => {
    await run(URL_OPTION);
    const first = fake("serve --port 0 --log-level silent");
    const outcome = outcomeOf(first);
    const { port } = new URL(await urlOf(first, outcome));
    expect(await run(`serve --port ${port}`)).toMatchObject({ code: 1, stderr: expect.stringContaining("is taken") });
    first.signal("SIGINT");
    await outcome;
    const wrong = await run(`serve --port 0 --tls-cert ${env.KUBECONFIG} --tls-key /nonexistent`);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: The (certificate|private key)/m) });
  });
});
