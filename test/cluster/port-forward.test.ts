import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@kfp-ts/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePorts } from "../../scripts/free-ports.mjs";
import { apply, eventually, forwardTo, kubeconfig, kubectl, kubectlProgram } from "./support/cluster.ts";
import { type RunningCommand, serving } from "./support/command.ts";

let home: string;
let server: RunningCommand;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-port-forward-"));
  server = await serving(["serve", "--in-memory", "--no-run", "--port", String(forwardTo())], { home });
  const labels = { app: "ml-pipeline-ui" };
  await apply(
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-of-ml-pipeline-ui", annotations: { "kwok.x-k8s.io/node": "fake" } },
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "kubeflow" } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "ml-pipeline-ui", namespace: "kubeflow" },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            nodeName: "node-of-ml-pipeline-ui",
            containers: [{ name: "ml-pipeline-ui", image: "any", ports: [{ containerPort: 3000 }] }],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ml-pipeline-ui", namespace: "kubeflow" },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
    },
  );
  await eventually("the pod runs", async () =>
    (await kubectl(["get", "pods", "-n", "kubeflow", "-l", "app=ml-pipeline-ui"])).includes("Running"),
  );
});
afterAll(async () => {
  await server?.stop();
  await kubectl(["delete", "deployment,service", "ml-pipeline-ui", "-n", "kubeflow"]);
  await kubectl(["delete", "node", "node-of-ml-pipeline-ui"]);
  rmSync(home, { recursive: true, force: true });
});

it("a Kubeflow Pipelines that stands alone is reached through the page's own port-forward", async () => {
  // The page's port, unless something on this machine has it.
  const port = (await isFree(3000)) ? 3000 : (await freePorts(1))[0];
  const command = ["port-forward", "--namespace", "kubeflow", "svc/ml-pipeline-ui", `${port}:80`];
  const forward = spawn(kubectlProgram(), command, { env: { ...process.env, KUBECONFIG: kubeconfig() } });
  try {
    let said = "";
    forward.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await eventually("kubectl forwards", async () => said.includes("Forwarding from"));
    const client = new Client({ host: `http://localhost:${port}` });
    const { experimentId } = await client.experiments.create({ displayName: "through the forward" });
    expect((await client.experiments.get(experimentId)).displayName).toBe("through the forward");
    await client.close();
  } finally {
    forward.kill();
    await once(forward, "close");
  }
});

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
