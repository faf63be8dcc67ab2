import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processStart } from "../../src/runs/process-start.ts";
import { Functions, install, interpreter, launch, room } from "./python-room.ts";

const place = room();
let python: string;
let functions: Functions;
beforeAll(() => {
  python = interpreter(place.folder);
  functions = new Functions(place.folder, { python });
});
afterAll(async () => {
  await functions.runtime.close();
  place.remove();
});

describe("a Python component", () => {
  test("gets its inputs and gives its outputs", async () => {
    expect(await functions.run("return inputs['x'] + 1", { x: 41 })).toMatchObject({ exitCode: 0, result: 42 });
  });

  test("gets inputs that are longer than a command line may be", async () => {
    const text = "long ".repeat(400_000);
    expect((await functions.run("return len(inputs['text'])", { text })).result).toBe(text.length);
  });

  test("has an environment from nothing, and what it asks for", async () => {
    process.env.KFP_TS_TEST_SECRET = "not for tasks";
    const { result, folder } = await functions.run("import os\nreturn dict(os.environ)", {}, { env: { ASKED: "yes" } });
    expect(result).toEqual({
      PATH: `${join(place.folder, "python", "bin")}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      LANG: "C.UTF-8",
      ASKED: "yes",
      _KFP_RUNTIME: "true",
    });
  });

  test("can ask for what an interpreter looks at when it starts", async () => {
    const modules = join(place.folder, "modules");
    mkdirSync(modules);
    writeFileSync(join(modules, "extra.py"), "value = 17");
    const body = "import extra, os\nreturn [extra.value, 'KFP_TS_TASK' in os.environ]";
    expect((await functions.run(body, {}, { env: { PYTHONPATH: modules } })).result).toEqual([17, false]);
  });

  test("works in its own folder, and finds modules there, as below python -m", async () => {
    const body = "import os, sys\nreturn [os.getcwd() == sys.path[0], os.path.basename(os.getcwd()), __name__]";
    expect((await functions.run(body)).result).toEqual([true, "work", "ephemeral_component"]);
  });

  test("does not see what another one has changed in the interpreter", async () => {
    await functions.run("import json\njson.dumps = None\nimport sys\nsys.modules['marked'] = 1");
    expect((await functions.run("import sys\nreturn 'marked' in sys.modules")).result).toBe(false);
  });

  test.each([
    ["raise ValueError('boom')", 1],
    ["import sys\nsys.exit(3)", 3],
    ["import os\nos._exit(137)", 137],
  ])("that ends by %j ends with its code", async (body, exitCode) => {
    expect(await functions.run(body)).toMatchObject({ exitCode, result: undefined });
  });

  test("leaves its traceback in the log", async () => {
    const { log } = await functions.run("print('before')\nraise ValueError('boom')");
    expect(log).toMatch(/^before\nTraceback[\s\S]*ephemeral_component\.py", line 3, in f[\s\S]*ValueError: boom\n$/);
  });

  test("that a signal ends says which", async () => {
    expect(await functions.run("import os\nos.kill(os.getpid(), 11)")).toMatchObject({ signal: "SIGSEGV" });
  });

  test("that removes its own folder, or closes its streams, harms nobody else", async () => {
    await functions.run("import os, shutil\nshutil.rmtree(os.path.dirname(os.getcwd()))");
    await functions.run("import os\nfor fd in range(64):\n    try: os.close(fd)\n    except OSError: pass");
    expect((await functions.run("return 1")).result).toBe(1);
  });
});

describe("an end", () => {
  test("comes at the time limit, also for one that does not want to", async () => {
    const body = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nwhile True: time.sleep(1)";
    expect(await functions.run(body, {}, { timeLimitMs: 300 })).toMatchObject({
      endedBy: "time limit",
      signal: "SIGKILL",
    });
  }, 30_000);

  test("that is asked for is asked of the program first", async () => {
    const body = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(7))\nwhile True: time.sleep(1)";
    const asked = AbortSignal.timeout(400);
    expect(await functions.run(body, {}, { signal: asked })).toMatchObject({ endedBy: "abort", exitCode: 7 });
  }, 30_000);

  test("comes for whoever floods the log, and the log is cut to its limit", async () => {
    const small = new Functions(join(place.folder, "small"), { python, maxLogBytes: 100_000 });
    const { endedBy, log } = await small.run("while True: print('flood ' * 1000)");
    expect([endedBy, log.length]).toEqual(["log limit", 100_000]);
    await small.runtime.close();
  }, 30_000);

  test("of a task is the end of what it started, in whatever session that is", async () => {
    const body = [
      "import os, time",
      "ids = []",
      "for level in range(5):",
      "    reading, writing = os.pipe()",
      "    if os.fork() == 0:",
      "        os.setsid()",
      "        if os.fork() != 0: os._exit(0)",
      "        os.write(writing, str(os.getpid()).encode())",
      "        while True: time.sleep(1)",
      "    ids.append(int(os.read(reading, 20)))",
      "return ids",
    ].join("\n");
    const { exitCode, result } = await functions.run(body);
    expect(exitCode).toBe(0);
    expect(result).toHaveLength(5);
    for (const id of result as number[]) expect(await processStart(id)).toBeUndefined();
  }, 30_000);

  test("of the worker is not the end of its tasks, and another one takes over", async () => {
    const ready = join(place.folder, "ready");
    const body = `import os, time\nsupervisor = os.getppid()\nworker = int(open(f'/proc/{supervisor}/stat').read().rsplit(')', 1)[1].split()[1])\nos.kill(worker, 9)\nopen(${JSON.stringify(ready)}, 'w').close()\ntime.sleep(0.5)\nreturn 'done'`;
    expect((await functions.run(body)).result).toBe("done");
    expect(existsSync(ready)).toBe(true);
    expect((await functions.run("return 'next'")).result).toBe("next");
  }, 30_000);
});

describe("packages", () => {
  const container = (calls: string) => ({
    image: "python:3.11",
    command: ["sh", "-c", install(calls), "sh", "-ec", launch, "def f(): pass"],
  });
  const signal = new AbortController().signal;

  test("that the interpreter has are not installed", async () => {
    const calls =
      "python3 -m pip install --quiet --no-warn-script-location 'kfp==2.99.0' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<\"3.1\"'";
    expect(await functions.runtime.refuses(container(calls))).toBeUndefined();
    expect((await functions.runtime.prepare(container(calls), { signal })).environment).toMatch(/^[0-9a-f]{64}$/);
    // Nothing but what is remembered of the interpreter.
    expect(readdirSync(join(place.folder, "environments"))).toEqual(["interpreters"]);
  });

  test("that cannot be installed are an error with pip's words, without passwords", async () => {
    const calls =
      "python3 -m pip install --quiet --no-warn-script-location --index-url http://user:hidden@127.0.0.1:1/simple 'no-such-thing==1'";
    const offline = new Functions(join(place.folder, "offline"), {
      python,
      pipEnvironment: { PATH: "/usr/bin:/bin", PIP_RETRIES: "0" },
    });
    const error = await offline.runtime.prepare(container(calls), { signal }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ENVIRONMENT_FAILED" });
    expect(String(error)).not.toContain("hidden");
    await offline.runtime.close();
  }, 120_000);

  test.each([
    ["a command of its own", { image: "alpine", command: ["echo"] }],
    ["a changed wrapper", { image: "a", command: ["sh", "-ec", `${launch}echo more\n`, "def f(): pass"] }],
    ["a step that is none of pip's", container("rm -rf x && python3 -m pip install --quiet 'kfp'")],
    ["a component that lies in its image", { image: "a", command: ["python3", "-m", "kfp.dsl.executor_main"] }],
  ])("are no matter of %s, which is refused", async (_, other) => {
    expect(await functions.runtime.refuses(other)).toContain("no Python function");
  });
});

describe("what is installed in an interpreter", () => {
  const withStart = (name: string, code: string) => {
    mkdirSync(join(place.folder, name));
    const other = interpreter(join(place.folder, name));
    const [version = ""] = readdirSync(join(other, "../../lib"));
    writeFileSync(join(other, "../../lib", version, "site-packages", "start.pth"), `import sys; ${code}\n`);
    return new Functions(join(place.folder, name), { python: other });
  };

  test.each([
    ["a greeting", "print('Welcome!')"],
    ["a greeting without an end", "print('Welcome!', end='', flush=True)"],
    ["JSON of its own", "print('null'); print('[]'); print('{\"id\": 1}'); print('{\"id\": 1, \"satisfied\": 7}')"],
    ["broken text", "sys.stdout.buffer.write(b'\\xff\\xfe{\\n')"],
  ])("may print what it likes when the interpreter starts: %s", async (what, code) => {
    const greeting = withStart(what.replaceAll(" ", "-"), code);
    expect(await greeting.run("return 1")).toMatchObject({ exitCode: 0, result: 1 });
    await greeting.runtime.close();
  });

  test("is ended where it prints without end when the interpreter starts", async () => {
    const flood = withStart("flood", "exec('while True: sys.stdout.write(\\'flood\\' * 1000)')");
    await expect(flood.run("return 1")).rejects.toMatchObject({ code: "ENVIRONMENT_FAILED" });
    await flood.runtime.close();
  }, 60_000);

  test("is not waited for without end when the interpreter starts", async () => {
    const asleep = withStart("asleep", "import time; time.sleep(600)");
    const { runtime } = new Functions(join(place.folder, "asleep"), {
      python: join(place.folder, "asleep", "python", "bin", "python3"),
      startLimitMs: 500,
    });
    const container = { image: "any", command: ["sh", "-ec", launch, "def f(): pass"] };
    const { signal } = new AbortController();
    await expect(runtime.prepare(container, { signal })).rejects.toMatchObject({ code: "ENVIRONMENT_FAILED" });
    await Promise.all([runtime.close(), asleep.runtime.close()]);
  }, 60_000);
});

test("an interpreter without Kubeflow's executor is refused with what brings it there", async () => {
  execFileSync("python3", ["-m", "venv", "--without-pip", join(place.folder, "bare")]);
  const bare = new Functions(place.folder, { python: join(place.folder, "bare", "bin", "python3") });
  await expect(bare.run("return 1")).rejects.toMatchObject({
    code: "ENVIRONMENT_FAILED",
    message: expect.stringMatching(/No module named 'kfp'.*install kfp there, or compile .* install_kfp_package=True/),
  });
  await bare.runtime.close();
});

test("an interpreter that is not there is named", async () => {
  const none = new Functions(place.folder, { python: join(place.folder, "none") });
  await expect(none.run("return 1")).rejects.toThrow(/none does not start/);
  writeFileSync(join(place.folder, "broken"), "#!/bin/sh\necho out of order >&2\nexit 1\n", { mode: 0o700 });
  const broken = new Functions(place.folder, { python: join(place.folder, "broken") });
  await expect(broken.run("return 1")).rejects.toThrow(/out of order/);
});
