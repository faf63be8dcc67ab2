import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedKubeflow, serveKubeflow } from "../support/kubeflow-command.ts";
import { hasPage, pythonSnippets } from "../support/page.ts";
import { type Ended, run } from "../support/run.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const profile = "kubeflow-user-example-com";

/** What the page's class is made with, and what is done with it. */
interface Use {
  readonly apiUrl: string;
  readonly password?: string;
  readonly statements: string;
}

/** The page's class as it stands there, used at another address than the page's, which may be taken on this machine. */
async function withTheClass({ apiUrl, password = "12341234", statements }: Use): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), "kfp-ts-python-"));
  const [definition] = pythonSnippets("Full Kubeflow <sub>(from outside");
  const file = join(home, "outside.py");
  writeFileSync(
    file,
    `${definition}
manager = KFPClientManager(
    api_url=${JSON.stringify(apiUrl)}, dex_username="user@example.com", dex_password=${JSON.stringify(password)}
)
client = manager.create_kfp_client()
${statements}
`,
  );
  try {
    return await run(python, [file], { env: { ...process.env, HOME: home, KF_PIPELINES_ENDPOINT: undefined } });
  } finally {
    rmSync(home, { recursive: true });
  }
}

// The page lies beside the checkout, not in it: without it there is no class to take.
describe.skipIf(!hasPage)("the page's KFPClientManager in Python, its code as it stands", () => {
  let served: ServedKubeflow;

  describe("through the gateway of Kubeflow up to 1.8", () => {
    beforeAll(async () => {
      served = await serveKubeflow("--gateway", "authservice");
    });
    afterAll(() => served.stop());

    it("logs in, makes an experiment and lists it", async () => {
      const statements = `client.create_experiment("from outside", namespace="${profile}")
print([one.display_name for one in client.list_experiments(namespace="${profile}").experiments])`;
      const ended = await withTheClass({ apiUrl: served.gateway, statements });
      expect(ended.stderr).not.toMatch(/Traceback/);
      expect(ended.stdout).toContain("['from outside']");
    });

    it("is refused another namespace with the words of Kubernetes", async () => {
      const statements = `client.list_experiments(namespace="kube-system")`;
      const ended = await withTheClass({ apiUrl: served.gateway, statements });
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toContain("User 'user@example.com' is not authorized");
    });

    it("is told 401 for a wrong password, as by the real one", async () => {
      const ended = await withTheClass({ apiUrl: served.gateway, password: "wrong", statements: "" });
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toMatch(/HTTP status code '401' for POST against: \S+\/dex\/auth\/local\/login/);
    });
  });

  describe("through the gateway of Kubeflow from 1.9 on", () => {
    beforeAll(async () => {
      served = await serveKubeflow("--gateway", "oauth2-proxy");
    });
    afterAll(() => served.stop());

    it("fails at the sign-in page, as it does there", async () => {
      const ended = await withTheClass({ apiUrl: served.gateway, statements: "" });
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toContain(`HTTP status code '403' for GET against: ${served.gateway}`);
    });
  });
});
