import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ContainerJob } from "../../src/containers/container-runtime.ts";
import { hostRuntime } from "../../src/containers/host/host-runtime.ts";
import { noIsolation } from "../../src/isolation/no-isolation.ts";
import { processStart } from "../../src/runs/process-start.ts";
import { room } from "./python-room.ts";

const place = room();
afterAll(() => place.remove());
const path = "/usr/local/bin:/usr/bin:/bin";
const options = { isolation: noIsolation(), network: true, maxLogBytes: 50_000, path };
const runtime = hostRuntime({ allowed: true, ...options });
let count = 0;

async function run(script: string, more: Partial<ContainerJob> = {}) {
  count += 1;
  const folder = join(place.folder, String(count));
  for (const name of ["work", "home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  const job = { image: "alpine", command: ["sh", "-c", script], args: ["name", "a b"], env: {}, mounts: [] };
  const prepared = await runtime.prepare(
    { image: job.image, command: job.command },
    { signal: new AbortController().signal },
  );
  const logFile = join(folder, "log");
  const signal = new AbortController().signal;
  const end = await prepared.start({ ...job, folder, logFile, signal, ...more });
  return { ...end, folder, log: readFileSync(logFile, "utf8") };
}

describe("a program of this machine", () => {
  test("is executed with the words of the container, in the attempt's folder", async () => {
    const { exitCode, log, folder } = await run('pwd; echo "$1"; echo error >&2; exit 5');
    expect([exitCode, log]).toEqual([5, `${folder}/work\na b\nerror\n`]);
  });

  test("can open its streams by name", async () => {
    expect((await run("echo one >> /dev/stdout; echo two >> /dev/stderr")).log).toBe("one\ntwo\n");
  });

  test("has an environment from nothing", async () => {
    const { log, folder } = await run("env", { env: { ASKED: "yes" } });
    const names = log.split("\n").filter((line) => line !== "" && !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
    const wanted = [
      `PATH=${path}`,
      `HOME=${folder}/home`,
      `TMPDIR=${folder}/tmp`,
      "LANG=C.UTF-8",
      "ASKED=yes",
      "PYTHONUNBUFFERED=1",
    ];
    expect(names.sort()).toEqual(wanted.sort());
  });

  test("ends with all that it left behind, also in other sessions", async () => {
    const { log } = await run("sleep 600 & echo $!; setsid sleep 601 & sleep 0.3; echo $!");
    for (const id of log.trim().split("\n")) await expect.poll(() => processStart(Number(id))).toBeUndefined();
  });

  test("ends at its limits and when it is asked to", async () => {
    expect(await run("sleep 600", { timeLimitMs: 200 })).toMatchObject({ signal: "SIGTERM", endedBy: "time limit" });
    expect(await run("sleep 600", { signal: AbortSignal.timeout(200) })).toMatchObject({ endedBy: "abort" });
    expect(await run("echo never", { signal: AbortSignal.abort() }).catch(String)).toMatch(/ENOENT/);
    const flood = await run("yes");
    expect([flood.endedBy, flood.log.length]).toEqual(["log limit", 50_000]);
  }, 30_000);

  test("says once it is there which process it is", async () => {
    const told: unknown[] = [];
    await run("sleep 0.2", { onProcess: (process) => told.push(process) });
    expect(told).toEqual([{ processGroup: expect.any(Number), processStart: expect.stringMatching(/^\d*$/) }]);
  });
});

describe("refused", () => {
  const container = { image: "alpine:3", command: ["sh", "-c", "true"] };
  test("is every program where the user does not want that", async () => {
    const refusal = await hostRuntime({ allowed: false, ...options }).refuses(container);
    expect(refusal).toContain("sh");
  });
  test("is a program that is not there, and the one that only the image knows", async () => {
    expect(await runtime.refuses(container)).toBeUndefined();
    expect(await runtime.refuses({ image: "a", command: ["no-such-program"] })).toContain("no-such-program");
    expect(await runtime.refuses({ image: "a" })).toContain("inside the image");
  });
});

test("programs end when who started them is killed", async () => {
  // The shell that holds the process groups, and what it does when its input ends.
  const { lifeline } = await import("../../src/containers/process/lifeline.ts");
  const held = lifeline(path);
  const sleeper = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const spared = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  await Promise.all([once(sleeper, "spawn"), once(spared, "spawn")]);
  held.hold(sleeper.pid ?? 0);
  held.hold(spared.pid ?? 0)();
  const ended = once(sleeper, "exit");
  held.close();
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(await processStart(spared.pid ?? 0)).toBeDefined();
  spared.kill("SIGKILL");
});
