import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readPackage } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { compiledPipeline, compiledText } from "../helpers/packages.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-packages-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Entry {
  readonly name: string;
  readonly text: string;
}

function zip(entries: readonly Entry[], { stored = false, flags = 0, comment = "" } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of entries) {
    const raw = Buffer.from(text);
    const packed = stored ? raw : deflateRawSync(raw);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(checksum(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, central, end, Buffer.from(comment)]);
}

/** Readers of the directory do not look at it, and Node 20.15 and later have it anyway. */
function checksum(raw: Buffer): number {
  return typeof crc32 === "function" ? crc32(raw) : 0;
}

function tar(entries: readonly (Entry & { readonly type?: string })[]): Buffer {
  const blocks = entries.flatMap(({ name, text, type = "0" }) => {
    const raw = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${raw.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write("ustar\0", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, raw, Buffer.alloc((512 - (raw.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const good = { name: "pipeline.yaml", text: compiledText() };

describe("reading packages", () => {
  test("every form of a package gives the same pipeline", async () => {
    const yaml = join(folder, "p.yaml");
    writeFileSync(yaml, compiledText());
    const forms = [
      { path: yaml },
      { text: compiledText() },
      { bytes: Buffer.from(compiledText()) },
      { spec: compiledPipeline() },
      { bytes: zip([good]) },
      { bytes: zip([good], { stored: true, comment: "made by hand" }) },
      { bytes: gzipSync(tar([good])) },
      {
        bytes: gzipSync(
          tar([
            { name: "./", text: "", type: "5" },
            { ...good, name: "./pipeline.yaml" },
          ]),
        ),
      },
      { stream: new Blob([compiledText()]).stream() as never },
    ];
    for (const form of forms) {
      const { name, pipelineSpec } = await readPackage(form);
      expect(name).toBe("nightly");
      expect(Object.keys(pipelineSpec).sort()).toEqual(Object.keys(compiledPipeline()).sort());
    }
  });

  test("a second document with settings for Kubernetes stands beside the pipeline", async () => {
    const platform = {
      platforms: { kubernetes: { deploymentSpec: { executors: { "exec-train": { nodeSelector: {} } } } } },
    };
    const { pipelineSpec } = await readPackage({ text: `${compiledText()}\n---\n${JSON.stringify(platform)}\n` });
    expect(Object.keys(pipelineSpec)).toEqual(["pipeline_spec", "platform_spec"]);
    const again = await readPackage({ spec: pipelineSpec });
    expect(again.pipelineSpec).toEqual(pipelineSpec);
  });

  test("in an archive it is pipeline.yaml, else the only file that can be one", async () => {
    const other = { name: "other.yaml", text: compiledText("other") };
    expect((await readPackage({ bytes: zip([other, good]) })).name).toBe("nightly");
    expect((await readPackage({ bytes: zip([{ name: "README.md", text: "x" }, other]) })).name).toBe("other");
    expect((await readPackage({ bytes: gzipSync(tar([{ name: "sub/x.yml", text: compiledText() }])) })).name).toBe(
      "nightly",
    );
    const several = await failureOf(readPackage({ bytes: zip([other, { ...other, name: "more.yaml" }]) }));
    expect(several).toMatchObject({ code: "BAD_PACKAGE" });
    expect(several.message).toContain("other.yaml, more.yaml");
  });

  test.each<readonly [string, Uint8Array, RegExp]>([
    ["nothing", Buffer.alloc(0), /no document/],
    ["no pipeline", Buffer.from("a: 1"), /pipeline/],
    ["broken YAML", Buffer.from("a: [1,\n  b"), /YAML/i],
    ["not UTF-8", Buffer.from([0x61, 0xff, 0xfe]), /UTF-8/],
    ["an archive without a pipeline", zip([{ name: "a.txt", text: "x" }]), /no \.yaml/],
    ["an empty archive", zip([]), /no \.yaml/],
    ["a zip that is cut off", zip([good]).subarray(0, 60), /cut off/],
    ["a zip whose data is broken", corrupted(zip([good])), /broken/],
    ["a zip that is encrypted", zip([good], { flags: 1 }), /encrypted/],
    ["a gzip that is cut off", gzipSync(tar([good])).subarray(0, 100), /broken/],
    ["a gzip of something else", gzipSync("just text"), /tar|no \.yaml/],
    ["a gzip of a long text", gzipSync("just text, and enough of it for a header. ".repeat(50)), /no tar/],
    ["a tar that is cut off", gzipSync(tar([good]).subarray(0, 700)), /cut off/],
  ])("%s is BAD_PACKAGE and says why", async (_what, bytes, reason) => {
    const error = await failureOf(readPackage({ bytes, fileName: "given" }));
    expect(error.code).toBe("BAD_PACKAGE");
    expect(error.message).toMatch(reason);
  });

  test("the program that makes a pipeline is not the pipeline: it is said how to compile it", async () => {
    const program = join(folder, "train.py");
    writeFileSync(program, "from kfp import dsl\n@dsl.pipeline\ndef train(): ...\n");
    const { code, message } = await failureOf(readPackage({ path: program }));
    expect(code).toBe("BAD_PACKAGE");
    expect(message).toContain(`kfp dsl compile --py ${program} --output ${join(folder, "train.yaml")}`);
  });

  test("a small archive that unpacks to more than a package may have is refused, not unpacked", async () => {
    const bomb = "a: ".padEnd(40 * 1024 * 1024, " ");
    for (const bytes of [
      zip([{ name: "pipeline.yaml", text: bomb }]),
      gzipSync(tar([{ name: "pipeline.yaml", text: bomb }])),
    ]) {
      expect((await failureOf(readPackage({ bytes }))).message).toContain("32 MiB");
    }
    const lying = zip([{ name: "pipeline.yaml", text: bomb }]);
    lying.writeUInt32LE(10, lying.indexOf("PK\x01\x02", 0, "latin1") + 24);
    expect((await failureOf(readPackage({ bytes: lying }))).message).toContain("32 MiB");
  });

  test("a file that is missing, or is a folder, is FILE_UNREADABLE with its path", async () => {
    for (const path of [join(folder, "none.yaml"), folder]) {
      const error = await failureOf(readPackage({ path }));
      expect(error.code).toBe("FILE_UNREADABLE");
      expect(error.message).toContain(path);
    }
  });

  test("no package at all is BAD_ARGUMENT", async () => {
    expect((await failureOf(readPackage({} as never))).code).toBe("BAD_ARGUMENT");
  });
});

function corrupted(bytes: Buffer): Buffer {
  bytes.fill(0xff, 45, 60);
  return bytes;
}
