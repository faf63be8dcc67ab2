import type { Socket } from "node:net";
import type { ErrorCode } from "../../src/errors/catalogue.ts";
import { type Behaviour, writeForEver } from "./raw-server.ts";

/** A server that misbehaves. */
export interface Scene {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly scheme?: "https";
  /** What a call fails with. More than one where the system decides which comes first. */
  readonly codes: readonly ErrorCode[];
}

const ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;
const lost: readonly ErrorCode[] = ["CONNECTION_LOST"];

function says(text: string | Buffer): Behaviour {
  return { asked: (socket) => socket.end(text) };
}

function saysAndStays(text: string | Buffer): Behaviour {
  return { asked: (socket) => void socket.write(text) };
}

function resetAfter(text: string): Behaviour {
  return { asked: (socket) => socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 20)) };
}

/** One byte, a while, one byte. */
function drip(text: string): Behaviour {
  return {
    asked: (socket) => {
      let at = 0;
      const next = (): void => {
        if (socket.destroyed || at === text.length) return;
        socket.write(text.charAt(at++), () => setTimeout(next, 40));
      };
      next();
    },
  };
}

function forEver(head: string, piece: string | Buffer, everyMs = 0): Behaviour {
  return {
    asked: (socket: Socket) => {
      socket.write(head);
      writeForEver(socket, piece, everyMs);
    },
  };
}

/** Servers that say nothing, or never enough. */
export const slowScenes: readonly Scene[] = [
  { name: "accepts, and says nothing", behaviour: {}, codes: ["TIMEOUT"] },
  { name: "accepts, and never agrees on TLS", behaviour: {}, scheme: "https", codes: ["CONNECT_TIMEOUT"] },
  { name: "drips its headers", behaviour: drip(`${ok}x-slow: ${"s".repeat(3000)}\r\n\r\n{}`), codes: ["TIMEOUT"] },
  { name: "drips a body without end", behaviour: forEver(chunked, "1\r\n \r\n", 30), codes: ["TIMEOUT"] },
  {
    name: "says that it goes on, for ever",
    behaviour: forEver("", "HTTP/1.1 100 Continue\r\n\r\n", 5),
    codes: ["TIMEOUT"],
  },
  {
    name: "gives early hints, for ever",
    behaviour: forEver("", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", 5),
    codes: ["TIMEOUT"],
  },
  {
    name: "promises more than it sends, and stays",
    behaviour: saysAndStays(`${ok}content-length: 100\r\n\r\n{"multi_user":`),
    codes: ["TIMEOUT"],
  },
];

/** Servers whose answers are no answers. */
export const brokenScenes: readonly Scene[] = [
  { name: "has headers without end", behaviour: forEver(ok, "x-more: and more\r\n"), codes: ["BAD_ANSWER"] },
  { name: "has one header without end", behaviour: forEver(`${ok}x-long: `, "x".repeat(1000)), codes: ["BAD_ANSWER"] },
  {
    name: "answers with garbage",
    behaviour: says(Buffer.from([0, 1, 2, 250, 251, 252, 13, 10, 13, 10])),
    codes: ["NOT_HTTP"],
  },
  { name: "answers as HTTP/0.9 does", behaviour: says("<html>hello</html>\r\n"), codes: ["NOT_HTTP"] },
  {
    name: "answers with a frame of HTTP/2",
    behaviour: says(Buffer.from("00000004000000000000", "hex")),
    codes: ["NOT_HTTP"],
  },
  {
    name: "answers with the preface of HTTP/2",
    behaviour: says("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    codes: ["NOT_HTTP"],
  },
  {
    name: "speaks SSH",
    behaviour: { connected: (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n") },
    codes: ["NOT_HTTP"],
  },
  { name: "ends the connection at once", behaviour: { connected: (socket) => socket.end() }, codes: lost },
  { name: "ends the connection when it is asked", behaviour: says(""), codes: lost },
  {
    name: "resets the connection at once",
    behaviour: { connected: (socket) => socket.resetAndDestroy() },
    codes: lost,
  },
  { name: "resets the connection when it is asked", behaviour: resetAfter(""), codes: lost },
  {
    name: "resets the connection within the headers",
    behaviour: resetAfter("HTTP/1.1 200 OK\r\ncontent-"),
    codes: lost,
  },
  { name: "resets the connection within the body", behaviour: resetAfter(`${chunked}5\r\n{"mul`), codes: lost },
  { name: "promises more than it sends, and ends", behaviour: says(`${ok}content-length: 100\r\n\r\n{`), codes: lost },
  { name: "ends within a chunk", behaviour: says(`${chunked}5\r\n{"m`), codes: lost },
  {
    name: "sends more than it promised",
    behaviour: says(`${ok}content-length: 5\r\n\r\n{"multi_user":false}`),
    codes: ["BAD_ANSWER", "NOT_HTTP"],
  },
  {
    name: "contradicts itself on its length",
    behaviour: says(`${ok}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
    codes: ["BAD_ANSWER"],
  },
  {
    name: "has a length that is no number",
    behaviour: says(`${ok}content-length: many\r\n\r\n{}`),
    codes: ["BAD_ANSWER"],
  },
  { name: "sends chunks of no size", behaviour: says(`${chunked}zz\r\n{}\r\n`), codes: ["BAD_ANSWER"] },
  { name: "has a zero byte in a header", behaviour: says(`${ok}x-zero: a\0b\r\n\r\n{}`), codes: ["BAD_ANSWER"] },
  {
    name: "has a body without end",
    behaviour: forEver(chunked, `10000\r\n${" ".repeat(0x10000)}\r\n`),
    codes: ["BAD_ANSWER"],
  },
  {
    name: "compresses without being asked to",
    behaviour: says(
      Buffer.concat([
        Buffer.from(`${ok}content-encoding: gzip\r\nconnection: close\r\n\r\n`),
        Buffer.from("H4sIAAAAAAAAA6tWyi3NKcmMLy1OLVKyUkpLzClOrQUAZ0fGzhQAAAA=", "base64"),
      ]),
    ),
    codes: ["BAD_ANSWER", "NOT_THE_API"],
  },
  {
    name: "wants to speak another protocol",
    behaviour: says("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"),
    codes: ["NOT_HTTP"],
  },
  {
    name: "redirects to itself",
    behaviour: says("HTTP/1.1 307 T\r\nlocation: /apis/v2beta1/healthz\r\ncontent-length: 0\r\n\r\n"),
    codes: ["REDIRECTED"],
  },
  {
    name: "redirects to what is no address",
    behaviour: says("HTTP/1.1 302 F\r\nlocation: http://[::bad\r\ncontent-length: 0\r\n\r\n"),
    codes: ["LOGIN_REQUIRED", "REDIRECTED"],
  },
  {
    name: "answers with nothing",
    behaviour: says(`${ok}content-length: 0\r\n\r\n`),
    codes: ["BAD_ANSWER", "NOT_THE_API"],
  },
  {
    name: "answers that there is no content",
    behaviour: says("HTTP/1.1 204 No Content\r\n\r\n"),
    codes: ["NOT_THE_API"],
  },
  {
    name: "answers with JSON nested without end",
    behaviour: says(`${ok}connection: close\r\n\r\n${"[".repeat(200_000)}`),
    codes: ["BAD_ANSWER", "NOT_THE_API"],
  },
  {
    name: "speaks http where https is asked",
    behaviour: says("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
    scheme: "https",
    codes: ["TLS_NOT_SPOKEN"],
  },
  { name: "ends the connection when TLS begins", behaviour: says(""), scheme: "https", codes: ["TLS_FAILED"] },
  {
    name: "resets the connection when TLS begins",
    behaviour: resetAfter(""),
    scheme: "https",
    codes: ["TLS_FAILED", "CONNECTION_LOST"],
  },
  {
    name: "answers TLS with garbage",
    behaviour: says(Buffer.from("1603030004deadbeef", "hex")),
    scheme: "https",
    codes: ["TLS_FAILED", "TLS_NOT_SPOKEN"],
  },
  {
    name: "answers http with an alert of TLS",
    behaviour: says(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])),
    codes: ["TLS_EXPECTED"],
  },
];
