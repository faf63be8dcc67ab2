import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { KubeflowData } from "../../src/box/kubeflow-data.ts";

test("a profile that cannot be written is an error that names the folder and what to do", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "kfp-ts-data-"));
  onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const data = await KubeflowData.open({ dataDirectory, clock: { now: Date.now }, onUnreadable: () => undefined });
  rmSync(join(dataDirectory, "kubeflow", "profiles"), { recursive: true });
  await expect(data.createProfile("team-a", "ada@example.com")).rejects.toMatchObject({
    name: "KubeflowError",
    code: "ERR_DATA",
    message: `${join(dataDirectory, "kubeflow")} cannot be used: ENOENT.`,
    fix: expect.stringContaining("a disk with room"),
  });
});
