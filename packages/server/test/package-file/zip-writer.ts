import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip archive to write; what is stated of it may be untrue. */
export interface ZipInput {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly method?: number;
  readonly flags?: number;
  readonly statedSize?: number;
  readonly statedCrc?: number;
  readonly statedOffset?: number;
  readonly zip64?: boolean;
}

const WIDE = 0xffffffff;

/** Writes a zip archive by hand, so that every lie can be told that an archive can tell. */
export function zip(
  inputs: readonly ZipInput[],
  options: { readonly zip64?: boolean; readonly comment?: string } = {},
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const input of inputs) {
    const content = Buffer.from(input.content);
    const method = input.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(input.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    locals.push(local, name, data);
    central.push(
      centralHeader(input, {
        name,
        method,
        size: content.length,
        compressed: data.length,
        crc: crc32(content),
        offset,
      }),
    );
    offset += local.length + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...locals, directory, endOf(inputs.length, directory.length, offset, options)]);
}

function centralHeader(
  input: ZipInput,
  entry: { name: Buffer; method: number; size: number; compressed: number; crc: number; offset: number },
): Buffer {
  const size = input.statedSize ?? entry.size;
  const offset = input.statedOffset ?? entry.offset;
  const extra = input.zip64 ? Buffer.alloc(28) : Buffer.alloc(0);
  if (input.zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(size), 4);
    extra.writeBigUInt64LE(BigInt(entry.compressed), 12);
    extra.writeBigUInt64LE(BigInt(offset), 20);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(input.flags ?? 0, 8);
  header.writeUInt16LE(entry.method, 10);
  header.writeUInt32LE(input.statedCrc ?? entry.crc, 16);
  header.writeUInt32LE(input.zip64 ? WIDE : entry.compressed, 20);
  header.writeUInt32LE(input.zip64 ? WIDE : size, 24);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(input.zip64 ? WIDE : offset, 42);
  return Buffer.concat([header, entry.name, extra]);
}

function endOf(entries: number, size: number, offset: number, options: { zip64?: boolean; comment?: string }): Buffer {
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.zip64 ? 0xffff : entries, 10);
  end.writeUInt32LE(options.zip64 ? WIDE : size, 12);
  end.writeUInt32LE(options.zip64 ? WIDE : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!options.zip64) return Buffer.concat([end, comment]);
  const wide = Buffer.alloc(56);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(BigInt(entries), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  return Buffer.concat([wide, locator, end, comment]);
}
