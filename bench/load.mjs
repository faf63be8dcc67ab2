import { connect } from "node:net";

/**
 * A load generator that costs next to nothing itself: it writes ready-made bytes to sockets and only counts the
 * answers, so that the server is what is measured.
 *
 * @param {number} port
 * @param {() => Buffer | string} nextRequest - One complete HTTP/1.1 request each time.
 * @param {{ requests: number, connections: number }} options - `requests` in all.
 * @returns {Promise<number>} Answers a second.
 */
export async function load(port, nextRequest, { requests, connections }) {
  let started = 0;
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: connections }, () => oneConnection()));
  return requests / (Number(process.hrtime.bigint() - start) / 1e9);

  function oneConnection() {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.setNoDelay(true);
      let pending = Buffer.alloc(0);
      const next = () => {
        if (started >= requests) {
          socket.end();
          resolve(undefined);
          return;
        }
        started++;
        socket.write(nextRequest());
      };
      socket.on("connect", next);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const length = answerLength(pending);
        if (length === undefined || pending.length < length) return;
        if (pending.toString("latin1", 9, 10) !== "2") {
          reject(new Error(`unexpected answer: ${pending.toString("utf8", 0, 300)}`));
          socket.destroy();
          return;
        }
        pending = pending.subarray(length);
        next();
      });
    });
  }
}

/** The length of the answer at the start of the bytes, undefined while its header is not complete. */
function answerLength(/** @type {Buffer} */ bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const header = bytes.toString("latin1", 0, end).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(header);
  if (length !== null) return end + 4 + Number(length[1]);
  if (/\r\ntransfer-encoding: *chunked/.test(header)) {
    const last = bytes.indexOf("\r\n0\r\n\r\n", end);
    return last < 0 ? undefined : last + 7;
  }
  return end + 4;
}

/** @param {string} path */
export function getRequest(path) {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n`);
}

/**
 * @param {string} path
 * @param {string} body
 */
export function postRequest(path, body) {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}
