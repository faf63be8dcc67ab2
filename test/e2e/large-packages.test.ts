import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

// The command as it is published: only there, on every version of Node, large packages are read in a thread.
const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
const MIB = 2 ** 20;
let child: ChildProcess;
let url: string;

beforeEach(async () => {
  child = spawn(process.execPath, [command, "serve", "--in-memory", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  url = await new Promise<string>((resolve, reject) => {
    let said = "";
    const read = (text: string) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    child.once("exit", (code) => reject(new Error(`kfp-ts serve ended with ${code}: ${said}`)));
  });
});
afterEach(() => {
  child.kill("SIGKILL");
});

async function upload(name: string, text: string) {
  const form = new FormData();
  form.append("uploadfile", new Blob([text]), "pipeline.yaml");
  const answer = await fetch(`${url}/apis/v2beta1/pipelines/upload?name=${name}`, { method: "POST", body: form });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** How long the slowest of the health checks took that were asked, one after the other, until something was done. */
async function slowestCheckDuring(work: Promise<unknown>): Promise<number> {
  let over = false;
  const end = work.finally(() => {
    over = true;
  });
  let slowest = 0;
  while (!over) {
    const began = performance.now();
    await (await fetch(`${url}/apis/v2beta1/healthz`)).text();
    slowest = Math.max(slowest, performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await end;
  return slowest;
}

const pipeline = `pipelineInfo: { name: large }
root: { dag: { tasks: { echo: { componentRef: { name: comp-echo }, taskInfo: { name: echo } } } } }
components: { comp-echo: { executorLabel: exec-echo } }
deploymentSpec: { executors: { exec-echo: { container: { image: alpine, args: [$args] } } } }
schemaVersion: 2.1.0
`;

describe("a package that takes long to read", () => {
  it.each([
    ["documents", "---\na: 1\n".repeat(MIB)],
    ["flow maps", `x: [${"{a: 1}, ".repeat(MIB)}{}]`],
    ["objects of JSON", `{"a":[${"{},".repeat(4 * MIB)}1]}`],
  ])("such as one of many %s holds up nobody else, and is refused", { timeout: 120_000 }, async (_, text) => {
    const began = performance.now();
    let answer: Awaited<ReturnType<typeof upload>> | undefined;
    const slowest = await slowestCheckDuring(
      upload("slow", text).then((given) => {
        answer = given;
      }),
    );
    expect(answer?.status).toBe(400);
    expect(answer?.body.error_message).toContain("it holds more than 1000000 values");
    // A ratio, because machines differ: reading is nearly all of the time, and nobody waits for it.
    expect(slowest).toBeLessThan((performance.now() - began) / 2);
  });

  it("does not have to wait for good ones, nor good ones for it, for ever", { timeout: 120_000 }, async () => {
    const args = `"${"x".repeat(MIB)}"`;
    const answers = await Promise.all([
      upload("slow", "---\na: 1\n".repeat(MIB / 2)),
      upload("large", pipeline.replace("$args", args)),
      upload("small", pipeline.replace("$args", "hello")),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 200]);
  });

  it("does not keep the server from stopping", { timeout: 60_000 }, async () => {
    const uploaded = upload("slow", "---\na: 1\n".repeat(3 * MIB)).catch(() => "cut off");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const ended = once(child, "exit");
    const began = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    // Ten seconds are for requests under way.
    expect(performance.now() - began).toBeLessThan(20_000);
    await uploaded;
  });

  it("is refused with the same words as a small one", async () => {
    const long = `# ${"x".repeat(MIB)}\n`;
    const small = await upload("none", "a: 1\n");
    expect(small.status).toBe(400);
    expect(await upload("none", `a: 1\n${long}`)).toEqual(small);
    expect((await upload("no", `${pipeline.replace("2.1.0", "9.9.9")}${long}`)).body.error_message).toBe(
      "KFP only supports schema version 2.1.0, but the pipeline spec has version 9.9.9",
    );
  });
});
