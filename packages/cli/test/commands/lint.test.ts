import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A pipeline of one task, as its compiler writes it. */
function pipelineFile(name: string, { image = "alpine", task = {}, command = ["echo"] } = {}): string {
  const path = join(folder, name);
  const spec = {
    pipelineInfo: { name: "example" },
    schemaVersion: "2.1.0",
    root: { dag: { tasks: { say: { componentRef: { name: "comp-say" }, ...task } } } },
    components: { "comp-say": { executorLabel: "exec-say" } },
    deploymentSpec: { executors: { "exec-say": { container: { image, command } } } },
  };
  writeFileSync(path, JSON.stringify(spec));
  return path;
}

const source = "from kfp import dsl\nfrom kfp.dsl import *\n\ndef say():\n    print(1)\n";
const lightweight = [
  "sh",
  "-ec",
  'program_path=$(mktemp -d)\n\nprintf "%s" "$0" > "$program_path/ephemeral_component.py"\n' +
    '_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main                         --component_module_path                         "$program_path/ephemeral_component.py"                         "$@"\n',
  source,
];

const lint = (argv: readonly string[], more: Partial<Parameters<typeof fakeIo>[0]> = {}) =>
  outcomeOf(fakeIo({ argv: ["lint", ...argv], ...more }));

describe("kfp-ts lint", () => {
  test("ends with 0 and says so where a pipeline runs everywhere", async () => {
    const file = pipelineFile("python.json", { image: "python:3.11", command: lightweight });
    const { code, stdout, stderr } = await lint([file]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${file}: runs on this machine, runs in Kubeflow Pipelines\n`);
  });

  test("ends with 1 where this machine refuses, and says what and where", async () => {
    const { code, stdout } = await lint([pipelineFile("image.json")]);
    expect(code).toBe(1);
    expect(stdout).toContain(": does not run on this machine, runs in Kubeflow Pipelines\n");
    expect(stdout).toMatch(/This machine cannot run\n {2}exec-say \(image alpine\) cannot be executed here: /);
    expect(stdout).toContain("    at deploymentSpec.executors.exec-say.container (container)\n");
  });

  test("--for looks at one place only, also for the exit code", async () => {
    const file = pipelineFile("one-place.json");
    const { code, stdout } = await lint([file, "--for", "kubeflow"]);
    expect([code, stdout]).toEqual([0, `${file}: runs in Kubeflow Pipelines\n`]);
    expect((await lint([file, "--for", "here"])).code).toBe(1);
    const wrong = await lint([file, "--for", "mars"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("give here or kubeflow");
  });

  test("--allow-host-commands takes a program of this machine for that of an image", async () => {
    const env = { PATH: process.env.PATH ?? "" };
    const file = pipelineFile("host.json", { command: ["sh"] });
    expect((await lint([file, "--allow-host-commands"], { env })).code).toBe(0);
    const none = pipelineFile("no-host.json", { command: ["no-such-program-anywhere"] });
    expect((await lint([none, "--allow-host-commands"], { env })).code).toBe(1);
  });

  test("ends with 2 and shows the place where a condition is wrong", async () => {
    const task = { triggerPolicy: { condition: "inputs.parameter_values['x'] == 'O'Brien'" } };
    const { code, stdout } = await lint([pipelineFile("invalid.json", { task })]);
    expect(code).toBe(2);
    expect(stdout).toContain("the pipeline can run nowhere");
    expect(stdout).toContain("at root.dag.tasks.say.triggerPolicy.condition (pipeline-invalid)");
    const [line = "", caret = ""] = stdout.split("\n").slice(-4);
    expect(line.slice(caret.indexOf("^"))).toMatch(/^Brien/);
  });

  test("--output json is one object, also where the file is no pipeline", async () => {
    const file = pipelineFile("json.json");
    const { code, stdout } = await lint([file, "--output", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      file,
      runs_here: false,
      runs_in_kubeflow: true,
      findings: [{ kind: "refused here", rule: "container", path: "deploymentSpec.executors.exec-say.container" }],
    });
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, "a: [");
    const invalid = await lint([broken, "--output", "json"]);
    expect(invalid.code).toBe(2);
    expect(JSON.parse(invalid.stdout)).toMatchObject({
      runs_here: false,
      runs_in_kubeflow: false,
      findings: [{ kind: "invalid", rule: "file-invalid", path: "" }],
    });
  });

  test("a file that is not there is an error, and nothing is printed", async () => {
    const { code, stdout, stderr } = await lint([join(folder, "nowhere.yaml")]);
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("nowhere.yaml");
  });

  test("what a file says cannot steer the terminal", async () => {
    const { stdout } = await lint([pipelineFile("steer.json", { image: "a\u001b[2Jb" })]);
    expect(stdout).toContain("a\\x1b[2Jb");
    expect(stdout).not.toContain("\u001b");
  });
});
