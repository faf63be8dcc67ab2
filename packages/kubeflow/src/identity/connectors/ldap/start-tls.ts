import type { Socket } from "node:net";

/** The request of RFC 4511, 4.14: message 1, an extended operation, and the identifier of StartTLS. */
const REQUEST = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from("1.3.6.1.4.1.1466.20037"),
]);

/** Longer than what any directory says to this. */
const LONGEST = 4096;

/**
 * Asks a directory to go on with TLS. It has to answer that it does, and with nothing behind the answer: what somebody
 * on the way has put there would else be read as if it had come through TLS.
 */
export async function askForTls(socket: Socket): Promise<void> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    let read = Buffer.alloc(0);
    const done = (end: () => void): void => {
      socket.off("data", take).off("error", reject).off("close", closed);
      // What comes from now on is for TLS to read.
      socket.pause();
      end();
    };
    const take = (data: Buffer): void => {
      read = Buffer.concat([read, data]);
      const size = sizeOf(read);
      if (read.length > LONGEST || (size !== undefined && read.length > size)) {
        done(() => reject(new Error("it says more than it was asked before TLS begins")));
      } else if (size === read.length) done(() => resolve(read));
    };
    const closed = (): void => done(() => reject(new Error("it closes the connection instead of beginning TLS")));
    socket.on("data", take).on("error", reject).on("close", closed);
    socket.write(REQUEST);
  });
  const code = resultCodeOf(answer);
  if (code === undefined) throw new Error("it does not answer to StartTLS as LDAP has it");
  if (code !== 0) throw new Error(`it refuses StartTLS (result code ${code})`);
}

/** How long a message is that begins here, as its own header has it; undefined where that is not there yet. */
function sizeOf(read: Buffer): number | undefined {
  const first = read[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const bytes = first - 0x80;
  if (bytes === 0 || bytes > 4) return LONGEST + 1;
  return read.length < 2 + bytes ? undefined : 2 + bytes + read.readUIntBE(2, bytes);
}

/** The result code of an extended response to message 1. */
function resultCodeOf(answer: Buffer): number | undefined {
  const start = 2 + ((answer[1] ?? 0) < 0x80 ? 0 : (answer[1] ?? 0) - 0x80);
  const isToOurs = answer.subarray(start, start + 4).equals(Buffer.from([0x02, 0x01, 0x01, 0x78]));
  const length = answer[start + 4] ?? 0;
  const body = start + 5 + (length < 0x80 ? 0 : length - 0x80);
  if (answer[0] !== 0x30 || !isToOurs || answer[body] !== 0x0a || answer[body + 1] !== 1) return undefined;
  return answer[body + 2];
}
