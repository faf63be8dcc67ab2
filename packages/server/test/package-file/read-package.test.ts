import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { StatusError } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { readPackage } from "../../src/package-file/read-package.ts";
import { randomFrom } from "../random.ts";
import { paxRecord, type TarInput, tar } from "./tar-writer.ts";
import { type ZipInput, zip } from "./zip-writer.ts";

const MIB = 2 ** 20;
const read = (bytes: Uint8Array, name = "package.bin"): Promise<string> => readPackage({ name, bytes });
const readZip = (inputs: readonly ZipInput[], options?: Parameters<typeof zip>[1]) => read(zip(inputs, options));
const readTar = (inputs: readonly TarInput[], end?: Buffer) => read(gzipSync(tar(inputs, end)));
const text = (of: string): Uint8Array => Buffer.from(of);

describe("what a file is", () => {
  test.each(["p.yaml", "p.yml", "p.json", "a.b.yaml", ".yaml"])("%s is taken as it is, by its name", async (name) => {
    expect(await read(text("a: 1"), name)).toBe("a: 1");
    expect(await read(text("PK as text"), name)).toBe("PK as text");
    expect(await read(text(""), name)).toBe("");
  });

  test.each(["p.txt", "p", "", "p.YAML", "p.yaml.txt"])(
    "%j is told by its first bytes, and text has none",
    async (name) => {
      await expect(read(text("a: 1"), name)).rejects.toThrow("no compiled pipeline");
      await expect(read(text("PK"), name)).rejects.toThrow("no compiled pipeline");
      expect(await readPackage({ name, bytes: zip([{ name: "pipeline.yaml", content: "z" }]) })).toBe("z");
    },
  );

  test("what is not UTF-8 is refused in upstream's words for what is no YAML", async () => {
    await expect(read(Buffer.from([0x61, 0xff]), "p.yaml")).rejects.toMatchObject({
      message: expect.stringMatching(/^failed to parse pipeline spec YAML: /),
      form: "json",
    });
    await expect(readZip([{ name: "pipeline.yaml", content: Buffer.from([0xff]) }])).rejects.toThrow("UTF-8");
  });

  test("more than 32 MiB is refused", async () => {
    await expect(read(Buffer.alloc(32 * MIB + 1, "#"), "p.yaml")).rejects.toThrow("larger than 32 MiB");
  });
});

describe("which entry of an archive", () => {
  const entries = (...names: string[]) => names.map((name) => ({ name, content: `content of ${name}` }));
  const both = [
    ["a zip archive", (inputs: ReturnType<typeof entries>) => readZip(inputs)],
    ["a tarball", (inputs: ReturnType<typeof entries>) => readTar(inputs)],
  ] as const;

  test.each(both)("the pipeline.yaml of %s, wherever it stands", async (_archive, readArchive) => {
    expect(await readArchive(entries("a.yaml", "README", "pipeline.yaml"))).toBe("content of pipeline.yaml");
  });

  test.each(both)("else the first of %s, where it is YAML", async (_archive, readArchive) => {
    expect(await readArchive(entries("a.yml", "b.txt"))).toBe("content of a.yml");
    expect(await readArchive(entries("dir/pipeline.yaml"))).toBe("content of dir/pipeline.yaml");
    await expect(readArchive(entries("b.txt", "a.yaml"))).rejects.toThrow('its first entry is "b.txt"');
    await expect(readArchive(entries("p.json"))).rejects.toThrow("which is no YAML file");
  });

  test.each(both)("none of %s that is empty", async (_archive, readArchive) => {
    await expect(readArchive([])).rejects.toThrow("is empty");
  });

  test.each(both)("a name of %s that climbs out of it is only a name", async (_archive, readArchive) => {
    expect(await readArchive(entries("../../../etc/cron.d/x.yaml"))).toBe("content of ../../../etc/cron.d/x.yaml");
    await expect(readArchive(entries("../../etc/passwd"))).rejects.toThrow(StatusError);
  });

  test.each(both)("not among more than ten thousand of %s", async (_archive, readArchive) => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: `${index}.yaml`, content: "" }));
    await expect(readArchive(many)).rejects.toThrow("more than 10000 entries");
  });
});

describe("zip archives", () => {
  const one = (input: Partial<ZipInput>): ZipInput => ({ name: "pipeline.yaml", content: "a: 1", ...input });

  test("may be stored or deflated, have a comment, stand behind something, and be of 64 bits", async () => {
    expect(await readZip([one({ method: 0 })])).toBe("a: 1");
    expect(await readZip([one({})], { comment: "PK\u0005\u0006 and more" })).toBe("a: 1");
    expect(await read(Buffer.concat([text("PK prefix "), zip([one({})])]))).toBe("a: 1");
    expect(await readZip([one({ zip64: true })], { zip64: true })).toBe("a: 1");
    expect(await read(Buffer.concat([text("PK prefix "), zip([one({ zip64: true })], { zip64: true })]))).toBe("a: 1");
  });

  test("that are encrypted are refused", async () => {
    await expect(readZip([one({ flags: 1 })])).rejects.toThrow("is encrypted; pack it without a password");
  });

  test("that are compressed otherwise are refused", async () => {
    await expect(readZip([one({ method: 14 })])).rejects.toThrow("method 14");
  });

  test("that would grow beyond 32 MiB are refused, whether they say so or not", async () => {
    await expect(readZip([one({ statedSize: 33 * MIB })])).rejects.toThrow("larger than 32 MiB");
    await expect(readZip([one({ content: Buffer.alloc(33 * MIB), statedSize: 10 })])).rejects.toThrow(
      "larger than 32 MiB",
    );
    await expect(readZip([one({ zip64: true, statedSize: 2 ** 52 })], { zip64: true })).rejects.toThrow(
      "larger than 32 MiB",
    );
  });

  test("whose directory says something else than their entries are refused", async () => {
    await expect(readZip([one({ statedSize: 5 })])).rejects.toThrow("is damaged");
    await expect(readZip([one({ statedCrc: 1 })])).rejects.toThrow("is damaged");
    await expect(readZip([one({ statedOffset: 3 })])).rejects.toThrow("points beyond its end");
    await expect(readZip([one({ statedOffset: 2 ** 31 })])).rejects.toThrow("points beyond its end");
  });

  test("that were cut off anywhere or changed anywhere never do more than be refused", async () => {
    const whole = zip([one({ content: "a: 1\n".repeat(50) }), one({ name: "b.yaml", zip64: true })], { zip64: true });
    for (let length = 3; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length))).rejects.toThrow(StatusError);
    }
    const random = randomFrom(3);
    for (let round = 0; round < 2000; round += 1) {
      const changed = Buffer.from(whole);
      for (let count = random(4); count >= 0; count -= 1) changed[2 + random(changed.length - 2)] = random(256);
      await read(changed).catch((error: unknown) => expect(error).toBeInstanceOf(StatusError));
    }
  });
});

describe("tarballs", () => {
  test("may have long names of every kind, and directories", async () => {
    const long = `${"d/".repeat(80)}pipeline.yaml`;
    expect(
      await readTar([
        { name: "x", type: "L", content: `${long}\0` },
        { name: "short", content: "gnu" },
      ]),
    ).toBe("gnu");
    const pax = paxRecord("mtime", "1.5") + paxRecord("path", "pipeline.yaml");
    expect(
      await readTar([{ name: "a.txt" }, { name: "x", type: "x", content: pax }, { name: "short", content: "pax" }]),
    ).toBe("pax");
    expect(
      await readTar([
        { name: "x", type: "g", content: paxRecord("comment", "c") },
        { name: "p.yaml", content: "g" },
      ]),
    ).toBe("g");
    expect(await readTar([{ name: "p.yaml", prefix: "some/dir", content: "ustar" }])).toBe("ustar");
    await expect(readTar([{ name: "dir/", type: "5" }, { name: "p.yaml" }])).rejects.toThrow('"dir/"');
  });

  test("may have sizes as binary numbers", async () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size[11] = 4;
    expect(await readTar([{ name: "p.yaml", content: "a: 1", size }])).toBe("a: 1");
  });

  test("may end without the zeros that end them", async () => {
    expect(await readTar([{ name: "p.yaml", content: "a: 1" }], Buffer.alloc(0))).toBe("a: 1");
  });

  test("whose pipeline is a link are refused", async () => {
    await expect(readTar([{ name: "pipeline.yaml", type: "2" }])).rejects.toThrow("no regular file");
  });

  test.each([
    ["a size beyond the end", [{ name: "p.yaml", size: "77777777777\0" }]],
    ["a size that is no number", [{ name: "p.yaml", size: "12x\0" }]],
    ["a size beyond all numbers", [{ name: "p.yaml", size: Buffer.alloc(12, 0xff) }]],
    ["a wrong checksum", [{ name: "p.yaml", checksum: 1 }]],
    [
      "a pax size beyond the end",
      [{ name: "x", type: "x", content: paxRecord("size", "999999999999") }, { name: "p.yaml" }],
    ],
    ["a pax size that is no number", [{ name: "x", type: "x", content: paxRecord("size", "-1") }, { name: "p.yaml" }]],
    ["a pax record longer than its header", [{ name: "x", type: "x", content: "999 path=x\n" }, { name: "p.yaml" }]],
    ["a pax record that is none", [{ name: "x", type: "x", content: "nonsense" }, { name: "p.yaml" }]],
  ])("with %s are refused", async (_what, inputs) => {
    await expect(readTar(inputs)).rejects.toThrow("no tarball, or it is damaged");
  });

  test("that would grow beyond all bounds are refused", async () => {
    await expect(read(gzipSync(Buffer.alloc(65 * MIB)))).rejects.toThrow("larger than 64 MiB when unpacked");
    const large = gzipSync(tar([{ name: "p.yaml", content: "#".repeat(33 * MIB) }]));
    await expect(read(large)).rejects.toThrow("larger than 32 MiB");
  });

  test("that are gzip of something else are refused", async () => {
    await expect(read(gzipSync("a: 1"))).rejects.toThrow("ends in the middle of a header");
    await expect(read(gzipSync("x".repeat(2000)))).rejects.toThrow("no tarball");
    await expect(read(Buffer.from([0x1f, 0x8b, 0x08, 0, 0]))).rejects.toThrow("cannot be unpacked");
  });

  test("that were cut off anywhere or changed anywhere never do more than be refused", async () => {
    const whole = tar([
      { name: "x", type: "x", content: paxRecord("path", "a.yaml") },
      { name: "p", content: "a: 1" },
    ]);
    const random = randomFrom(4);
    for (let round = 0; round < 2000; round += 1) {
      const changed = Buffer.from(whole.subarray(0, random(4) === 0 ? random(whole.length) : whole.length));
      for (let count = random(4); count > 0 && changed.length > 0; count -= 1)
        changed[random(changed.length)] = random(256);
      await read(gzipSync(changed)).catch((error: unknown) => expect(error).toBeInstanceOf(StatusError));
    }
  });
});

const fixtures = fileURLToPath(new URL("../../../../../shared/contract/fixtures/", import.meta.url));

// Skipped where the recorded exchanges are not beside the repository: the files belong to them.
describe.skipIf(!existsSync(fixtures))("the files that a real server took and refused", () => {
  const fixture = (name: string) => readPackage({ name, bytes: readFileSync(`${fixtures}${name}`) });

  test.each(["hello.zip", "hello.tar.gz", "two-entries.zip", "two-entries.tar.gz", "arguments_parameters.zip"])(
    "%s is read",
    async (name) => {
      expect(await fixture(name)).toContain("pipelineInfo");
    },
  );

  test.each([
    "hello.txt",
    "text-entry.zip",
    "text-entry.tar.gz",
    "no-entry.zip",
    "invalid/empty_zip.zip",
    "invalid/wrong_format.png",
  ])("%s is refused", async (name) => {
    await expect(fixture(name)).rejects.toThrow(StatusError);
  });
});
