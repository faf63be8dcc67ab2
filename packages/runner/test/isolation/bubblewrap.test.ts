import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mount } from "../../src/containers/container-runtime.ts";
import { hostRuntime } from "../../src/containers/host/host-runtime.ts";
import { bubblewrap } from "../../src/isolation/bubblewrap.ts";
import { processStart } from "../../src/runs/process-start.ts";
import { room } from "../containers/python-room.ts";

const isolation = bubblewrap();
const problem = await isolation.unavailable();
const needed = process.env.KFP_TS_NEEDS_BUBBLEWRAP === "true";
const path = "/usr/local/bin:/usr/bin:/bin";
const place = room();
afterAll(() => place.remove());

test("a system without bubblewrap is told so", async () => {
  expect(await bubblewrap({ command: join(place.folder, "none") }).unavailable()).toContain("is not installed");
});

test.runIf(needed)("bubblewrap works where these tests were asked for", () => expect(problem).toBeUndefined());

test.each([
  ["a folder of the system", "/usr/share/runs/1", []],
  ["a folder of the interpreter", "/srv/kfp/runs/1", ["/srv/kfp"]],
])("what a task writes is never in %s, of which all of them see everything", (_what, source, shown) => {
  const mounts = [
    ...shown.map((folder) => ({ source: folder, target: folder, writable: false })),
    { source, target: source, writable: true },
  ];
  const program = { file: "/bin/sh", args: [], cwd: "/", mounts, network: false };
  expect(() => bubblewrap().wrap(program)).toThrow(/of which isolated tasks see everything/);
});

describe.skipIf(problem !== undefined)(`an isolated program (skipped without bubblewrap: ${problem})`, () => {
  let count = 0;
  const other = join(place.folder, "other-namespace");
  const key = join(place.folder, "signing-key");
  beforeAll(() => {
    mkdirSync(other);
    writeFileSync(join(other, "artifact"), "of another namespace");
    writeFileSync(key, "the signing key");
  });

  async function run(
    script: string,
    { mounts = [], network = true, env = {}, timeLimitMs, signal }: RunOptions = {},
  ): Promise<{ exitCode: number | undefined; endedBy: string | undefined; log: string; folder: string }> {
    count += 1;
    const folder = join(place.folder, `attempt-${count}`);
    for (const name of ["work", "home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
    const runtime = hostRuntime({ allowed: true, isolation, network, maxLogBytes: 1 << 20, path });
    const job = { image: "alpine", command: ["sh", "-c", script], args: [], env, mounts };
    const never = new AbortController().signal;
    const prepared = await runtime.prepare({ image: job.image, command: job.command }, { signal: never });
    const logFile = join(folder, "log");
    const end = await prepared.start({ ...job, folder, logFile, signal: signal ?? never, timeLimitMs });
    return { exitCode: end.exitCode, endedBy: end.endedBy, folder, log: readFileSync(logFile, "utf8") };
  }

  test("reads and writes its own folder", async () => {
    const { exitCode, folder } = await run('echo done > ../result; echo t > "$TMPDIR/t"; echo h > "$HOME/h"');
    expect(exitCode).toBe(0);
    expect(readFileSync(join(folder, "result"), "utf8")).toBe("done\n");
  });

  test.each([
    ["a file of another namespace", () => join(other, "artifact")],
    ["the signing key", () => key],
    ["the passwords of the system", () => "/etc/shadow"],
    ["the users of the system", () => "/etc/passwd"],
    ["the socket of a container engine", () => "/var/run/docker.sock"],
  ])("does not see %s", async (_, file) => {
    const { exitCode, log } = await run(`test -e '${file()}' || cat '${file()}'`);
    expect([exitCode, log]).toEqual([1, expect.stringContaining("No such file")]);
  });

  test("does not get at them by a link in its own folder", async () => {
    const { exitCode } = await run(`ln -s '${key}' link; cat link`);
    expect(exitCode).toBe(1);
  });

  test("sees nothing in the homes of users", async () => {
    expect((await run("ls -A /root /home /run; ls /var")).log).not.toMatch(/^(?!\/(?:root|home|run):|tmp$|$).+$/m);
  });

  test.each(["/usr/bin/new", "/etc/new", "/new", "/proc/sys/kernel/core_pattern", "/proc/mtrr"])(
    "cannot write %s",
    async (file) => {
      expect((await run(`echo x > ${file}`)).exitCode).not.toBe(0);
    },
  );

  test("sees its own processes only, and nobody's environment", async () => {
    const { log } = await run("cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls -d /proc/[0-9]*");
    expect(log).not.toContain("VITEST");
    expect(log.match(/^\/proc\/\d+$/gm)?.length).toBeLessThan(8);
  });

  test("cannot end a process outside", async () => {
    const { exitCode } = await run(`kill -9 ${process.pid}`);
    expect(exitCode).not.toBe(0);
    expect(await processStart(process.pid)).toBeDefined();
  });

  test("has no rights of root", async () => {
    const { log } = await run("id -u; grep CapEff /proc/self/status; mount -t tmpfs none /tmp 2>/dev/null || echo no");
    expect(log).toMatch(/^1000\nCapEff:\s+0+\nno\n$/);
  });

  test("makes no namespaces in which it would have some", async () => {
    const { log } = await run("unshare -Ur true && echo made; unshare -Urm mount -t proc proc /proc && echo mounted");
    expect(log).not.toMatch(/made|mounted/);
  });

  test("reads what it is shown, and writes only what it may", async () => {
    const source = join(other, "artifact");
    const shared = join(place.folder, "workspace");
    mkdirSync(shared);
    const mounts: Mount[] = [
      { source, target: "/shown/artifact", writable: false },
      { source: shared, target: "/kfp-workspace", writable: true },
      { source: join(place.folder, "never-written"), target: "/shown/none", writable: false },
    ];
    const script = "cat /shown/artifact; echo x > /shown/artifact || echo no; echo w > /kfp-workspace/file";
    const { exitCode, log } = await run(script, { mounts });
    expect([exitCode, log.split("\n")[0]?.startsWith("of another namespace")]).toEqual([0, true]);
    expect(readFileSync(source, "utf8")).toBe("of another namespace");
    expect(readFileSync(join(shared, "file"), "utf8")).toBe("w\n");
  });

  test("reaches this machine's network only where it may", async () => {
    const devices = async (network: boolean) => (await run("cat /proc/net/dev", { network })).log;
    expect((await devices(false)).match(/^\s*\w+:/gm)).toEqual([expect.stringMatching(/lo:/)]);
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const listening = async (network: boolean) =>
      (await run("cat /proc/net/tcp", { network })).log.includes(`:${hex} `);
    expect([await listening(true), await listening(false)]).toEqual([true, false]);
    server.close();
  });

  test("is asked to end before it is ended, with all that it started", async () => {
    const script = "trap 'echo asked; exit 7' TERM; setsid sleep 600 & while true; do sleep 0.1; done";
    const { exitCode, endedBy, log } = await run(script, { timeLimitMs: 500 });
    expect([exitCode, endedBy, log]).toEqual([7, "time limit", expect.stringContaining("asked\n")]);
  }, 30_000);

  test("that will not end is ended", async () => {
    const { endedBy } = await run("trap '' TERM; while true; do sleep 0.1; done", { signal: AbortSignal.timeout(300) });
    expect(endedBy).toBe("abort");
  }, 30_000);

  test("has no say in what is executed outside, whatever its variables are", async () => {
    const mine = join(place.folder, "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "bwrap"), `#!/bin/sh\ncp '${key}' '${join(mine, "stolen")}'\n`, { mode: 0o700 });
    const env = { PATH: `${mine}:/usr/bin:/bin`, LD_DEBUG: "files", LD_DEBUG_OUTPUT: join(mine, "debug"), "": "x" };
    const { exitCode, log } = await run('echo "$PATH $LD_DEBUG"', { env });
    expect([exitCode, log]).toEqual([0, expect.stringContaining(`${env.PATH} files\n`)]);
    expect(readdirSync(mine)).toEqual(["bwrap"]);
  });

  test("shows its variables to nobody else on the machine", async () => {
    const words = `tr '\\0' ' ' < /proc/1/cmdline; echo; echo "$HIDDEN"`;
    const { log } = await run(words, { env: { HIDDEN: "of its own" } });
    expect(log).toMatch(/bwrap(?!.*of its own).*\nof its own\n$/);
  });

  test("with a variable that no system can hand on is refused, and names it", async () => {
    const env = { BROKEN: "x\0--bind\0/\0/host" };
    await expect(run("ls /host", { env })).rejects.toThrow(/variable BROKEN/);
  });

  test("does not follow a link that stands where a mount is to be", async () => {
    const decoy = join(place.folder, "decoy");
    symlinkSync(key, decoy);
    expect((await run(`cat '${decoy}'`)).exitCode).toBe(1);
  });
});

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
  readonly network?: boolean;
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
}
