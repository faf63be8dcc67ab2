import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const command = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));
let room: string;

beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-full-disk-"));
  mkdirSync(join(room, "disk"));
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** Two tasks, of which the second fills the disk as long as nobody says that there is room. */
function pipeline(roomIsMade: string): string {
  const shell = (script: string) => ({
    container: {
      image: "any",
      command: ["sh", "-c", script],
      args: ["{{$.outputs.parameters['Output'].output_file}}"],
    },
  });
  const component = (label: string) => ({
    executorLabel: label,
    outputDefinitions: { parameters: { Output: { parameterType: "STRING" } } },
  });
  const fill = `[ -e '${roomIsMade}' ] || dd if=/dev/zero of=filler bs=64k count=1000 2>/dev/null; printf two > "$0"`;
  return JSON.stringify({
    pipelineInfo: { name: "full-disk" },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    root: {
      dag: {
        tasks: {
          one: { componentRef: { name: "comp-one" } },
          two: { componentRef: { name: "comp-two" }, dependentTasks: ["one"] },
        },
      },
    },
    components: { "comp-one": component("one"), "comp-two": component("two") },
    deploymentSpec: { executors: { one: shell('printf one > "$0"'), two: shell(fill) } },
  });
}

it("stops a run whose disk is full with an error that says so, and goes on once there is room", () => {
  const roomIsMade = join(room, "room-is-made");
  writeFileSync(join(room, "pipeline.json"), pipeline(roomIsMade));
  const script = `
    set -u
    mount -t tmpfs -o size=3m tmpfs ${room}/disk
    export HOME=${room} XDG_DATA_HOME=${room}/disk
    run() { timeout 60 "$NODE" "$COMMAND" run "$@" --allow-host-commands --output json; }
    run ${room}/pipeline.json > ${room}/full.json 2> ${room}/full.log
    echo $? > ${room}/full.code
    rm -f ${room}/disk/kfp-ts/runs/*/tasks/two/*/*/filler
    touch ${roomIsMade}
    run --resume "$(ls ${room}/disk/kfp-ts/runs)" > ${room}/resumed.json 2> ${room}/resumed.log
    echo $? > ${room}/resumed.code
    grep -c '"task started".*"task":"one"' ${room}/disk/kfp-ts/runs/*/events.jsonl > ${room}/ones
  `;
  const env = { PATH: process.env.PATH, NODE: process.execPath, COMMAND: command };
  const { status, stderr } = spawnSync("unshare", ["-rm", "bash", "-c", script], { env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const read = (name: string) => readFileSync(join(room, name), "utf8").trim();
  const full = JSON.parse(read("full.json"));
  expect(full.error).toMatchObject({ code: "STORE_FAILED", message: expect.stringContaining("the disk is full") });
  expect(Number(read("full.code"))).not.toBe(0);
  expect({ code: read("resumed.code"), said: JSON.parse(read("resumed.json")).error }).toEqual({
    code: "0",
    said: null,
  });
  expect(JSON.parse(read("resumed.json"))).toMatchObject({ state: "SUCCEEDED" });
  // What had succeeded was not executed again.
  expect(read("ones")).toBe("1");
});
