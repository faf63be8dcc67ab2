import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openLdap } from "../../../src/identity/connectors/ldap/ldap-connector.ts";

const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Something that listens where a directory is expected, and a connector that is told so. */
async function against(onConnection: (socket: Socket) => void, lines: readonly string[]) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-ldap-"));
  const path = join(folder, "ldap.yaml");
  const { port } = server.address() as AddressInfo;
  const search = "userSearch: { baseDN: dc=org, username: uid, idAttr: uid, emailAttr: mail }";
  writeFileSync(path, [`host: 127.0.0.1:${port}`, ...lines, search].join("\n"));
  const connector = await openLdap({ path, timeoutMs: 10_000 });
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    rmSync(folder, { recursive: true });
    return new Promise((resolve) => server.close(resolve));
  });
  return { connector, sockets, check: () => connector.check("ann", "hers", new AbortController().signal) };
}

/** The answer to StartTLS: a result code. */
function startTlsAnswer(code: number): Buffer {
  return Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, code, 0x04, 0x00, 0x04, 0x00]);
}

/** "Success" to the first bind after StartTLS, as whoever is on the way would like to say it. */
const forged = Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x03, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]);

describe("StartTLS", () => {
  it("is not taken where something comes with the answer, which TLS would not have protected", async () => {
    const { check } = await against(
      (socket) => socket.on("data", () => socket.write(Buffer.concat([startTlsAnswer(0), forged]))),
      ["startTLS: true"],
    );
    await expect(check()).rejects.toThrow(/it says more than it was asked before TLS begins/);
  });

  it("is never gone without where the directory refuses it", async () => {
    const heard: Buffer[] = [];
    const { check } = await against(
      (socket) =>
        socket.on("data", (data) => {
          heard.push(data);
          socket.write(startTlsAnswer(52));
        }),
      ["startTLS: true"],
    );
    await expect(check()).rejects.toThrow(/it refuses StartTLS \(result code 52\)/);
    expect(Buffer.concat(heard).toString("latin1")).not.toContain("hers");
  });

  it.each([
    ["no LDAP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n".padEnd(200))],
    ["something endless", Buffer.alloc(10_000, 0x30)],
    ["an answer to something else", Buffer.from([0x30, 0x03, 0x02, 0x01, 0x09])],
  ])("fails where the answer is %s", async (_, answer) => {
    const { check } = await against((socket) => socket.on("data", () => socket.write(answer)), ["startTLS: true"]);
    await expect(check()).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
  });

  it("fails where the connection is closed instead", async () => {
    const { check } = await against((socket) => socket.on("data", () => socket.end()), ["startTLS: true"]);
    await expect(check()).rejects.toThrow(/it closes the connection instead of beginning TLS/);
  });
});

describe("a directory that misbehaves", () => {
  it("makes a check fail where it closes the connection at once", async () => {
    const { check } = await against((socket) => socket.destroy(), ["insecureNoSSL: true"]);
    await expect(check()).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
  });

  it("makes a check fail where it does not speak LDAP", async () => {
    const { check } = await against(
      (socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      ["insecureNoSSL: true"],
    );
    await expect(check()).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
  });

  it("is not asked at all for an empty password, or one that a NUL may end", async () => {
    const { connector, sockets } = await against(() => undefined, ["insecureNoSSL: true"]);
    const signal = new AbortController().signal;
    expect(await connector.check("ann", "", signal)).toEqual({ outcome: "refused" });
    expect(await connector.check("ann", "\0", signal)).toEqual({ outcome: "refused" });
    expect(await connector.check("", "hers", signal)).toEqual({ outcome: "refused" });
    expect(sockets.size).toBe(0);
  });

  it("keeps nobody waiting when the server stops", async () => {
    const { connector, check } = await against(() => connected(), ["insecureNoSSL: true"]);
    let connected = (): void => undefined;
    const isConnected = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const login = check().catch(({ message }: Error) => message);
    await isConnected;
    await connector.close();
    expect(await login).toBe("The server is stopping.");
    await expect(check()).rejects.toThrow("The server is stopping.");
  });
});
