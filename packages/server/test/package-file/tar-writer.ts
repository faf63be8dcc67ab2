/** One entry of a tar archive to write; what is stated of it may be untrue. */
export interface TarInput {
  readonly name: string;
  readonly content?: string;
  readonly type?: string;
  /** As the header has it; the size of the content in octal by default. */
  readonly size?: string | Buffer;
  readonly prefix?: string;
  readonly checksum?: number;
}

/** Writes a tar archive by hand. */
export function tar(inputs: readonly TarInput[], end: Buffer = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...inputs.flatMap(entry), end]);
}

/** A record of a pax header. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

function entry({ name, content = "", type = "0", size, prefix, checksum }: TarInput): Buffer[] {
  const data = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  const stated = size ?? `${data.length.toString(8).padStart(11, "0")}\0`;
  if (typeof stated === "string") header.write(stated, 124, 12);
  else stated.copy(header, 124);
  header.write("        ", 148);
  header.write(type, 156, 1);
  header.write("ustar\x0000", 257, "latin1");
  if (prefix !== undefined) header.write(prefix, 345, 155);
  const sum = checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}
