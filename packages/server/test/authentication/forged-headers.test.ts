import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogFields } from "../../src/index.ts";
import { type RunningServer, SecretFile, startServer } from "../../src/index.ts";
import { raw, rawRequest } from "../http/raw-client.ts";
import { goodToken, startAskingServer, takenFor, tokenUser } from "./asked-server.ts";

const alice = { "kubeflow-userid": "alice@example.com" };
const token = { authorization: `Bearer ${goodToken}` };

let folder = "";
const open: RunningServer[] = [];
const started = async (...options: Parameters<typeof startAskingServer>): Promise<RunningServer> => {
  const server = await startAskingServer(...options);
  open.push(server);
  return server;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-forged-"));
});
afterAll(async () => {
  await Promise.all(open.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

describe("a server that trusts nobody's header", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await started({ header: "kubeflow-userid" });
  });

  test.each([
    ["one header", alice],
    ["two", { "kubeflow-userid": ["alice@example.com", "vic@example.com"] }],
    ["an empty one", { "kubeflow-userid": "" }],
    ["one beside headers of a proxy", { ...alice, "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1" }],
    ["one beside a guessed secret", { ...alice, "x-kfp-ts-identity-secret": "" }],
  ])("answers 401 to %s, and goes on", async (_what, headers) => {
    expect(await takenFor(server, headers)).toMatchObject({ status: 401, user: undefined });
  });

  test("takes a valid token beside a forged header for what it is", async () => {
    expect((await takenFor(server, { ...alice, ...token })).user).toBe(tokenUser);
    expect((await takenFor(server, { "kubeflow-userid": "", ...token })).user).toBe(tokenUser);
  });

  test("says that the header was sent, and what would make it trusted", async () => {
    expect((await takenFor(server, alice)).text).toContain("--identity-from unix:PATH");
  });

  test("knows no user of an in-process gateway by a header", async () => {
    expect((await takenFor(server, { user: "alice", "x-user": "alice" })).status).toBe(401);
  });
});

describe("a server that trusts its unix socket", () => {
  let server: RunningServer;
  let path = "";
  beforeAll(async () => {
    path = join(folder, "kfp.sock");
    server = await started({ trust: { by: "unix socket" } }, { unixSocket: path });
  });

  test("believes the header there, and takes it before a token that disagrees", async () => {
    expect((await takenFor(server, alice, { socketPath: path })).user).toBe("alice@example.com");
    expect((await takenFor(server, { ...alice, ...token }, { socketPath: path })).user).toBe("alice@example.com");
    expect((await takenFor(server, token, { socketPath: path })).user).toBe(tokenUser);
  });

  test("does not believe it on its port", async () => {
    expect(await takenFor(server, alice)).toMatchObject({ status: 401, user: undefined });
    expect((await takenFor(server, { ...alice, ...token })).user).toBe(tokenUser);
  });

  test("lets only its own user open it", async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("answers 401 to an empty header and to two, and to two with a token takes the token", async () => {
    const two = { "kubeflow-userid": ["alice@example.com", "vic@example.com"] };
    expect((await takenFor(server, { "kubeflow-userid": "" }, { socketPath: path })).status).toBe(401);
    expect((await takenFor(server, { "kubeflow-userid": "  " }, { socketPath: path })).status).toBe(401);
    expect(await takenFor(server, two, { socketPath: path })).toMatchObject({
      status: 401,
      text: expect.stringContaining("unexpected number of 'kubeflow-userid' headers. Expect 1 got 2"),
    });
    expect((await takenFor(server, { ...two, ...token }, { socketPath: path })).user).toBe(tokenUser);
  });

  test("keeps web pages out there as well", async () => {
    const evil = { ...alice, origin: "http://evil.example" };
    expect(await takenFor(server, evil, { socketPath: path })).toMatchObject({ status: 403, user: undefined });
    const rebound = { ...alice, host: "evil.example" };
    expect((await takenFor(server, rebound, { socketPath: path })).status).toBe(421);
  });

  test("does not take a connection whose other end has gone for one of the socket", async () => {
    const asked: string[] = [];
    const header = "kubeflow-userid: alice@example.com";
    const gone = await startServer({
      version: "test",
      port: 0,
      database: { kind: "memory" },
      unixSocket: join(folder, "gone.sock"),
      multiUser: {
        authenticators: [
          {
            async authenticate({ arrival }) {
              asked.push(arrival.by);
              return { outcome: "refused", reason: "" };
            },
          },
        ],
        authorizer: { review: async () => ({ allowed: false, reason: "" }) },
      },
    });
    for (let count = 0; count < 20; count++) {
      await new Promise<void>((resolve) => {
        const socket = connect(gone.port, "127.0.0.1", () => {
          socket.write(
            `GET /apis/v2beta1/experiments?namespace=a HTTP/1.1\r\nhost: localhost\r\n${header}\r\n\r\n`,
            () => {
              socket.resetAndDestroy();
              resolve();
            },
          );
        });
      });
    }
    await gone.close();
    expect([...new Set(asked)]).not.toContain("unix socket");
  });
});

describe("a server that trusts a secret", () => {
  let server: RunningServer;
  const said: string[] = [];
  const write = (fields: LogFields, message: string) => void said.push(`${JSON.stringify(fields)} ${message}`);
  beforeAll(async () => {
    const path = join(folder, "secret");
    await writeFile(path, "correct horse battery staple\n", { mode: 0o600 });
    await chmod(path, 0o600);
    const log = { debug: write, info: write, warn: write, error: write };
    server = await started({ trust: { by: "secret header", secret: new SecretFile(path) } }, { log });
  });
  const secret = (value: string | string[]) => ({ ...alice, "x-kfp-ts-identity-secret": value });

  test("believes the header beside it, whoever sends it", async () => {
    expect((await takenFor(server, secret("correct horse battery staple"))).user).toBe("alice@example.com");
  });

  test("does not believe the header without it, and takes a token then", async () => {
    for (const wrong of ["", "correct", "correct horse battery staple!", ["correct horse battery staple", "x"]]) {
      expect(await takenFor(server, secret(wrong))).toMatchObject({ status: 401, user: undefined });
    }
    expect((await takenFor(server, { ...secret("wrong"), ...token })).user).toBe(tokenUser);
  });

  test("tells the secret to nobody", async () => {
    const { text } = await takenFor(server, secret("wrong horse"));
    expect([...said, text].join("\n")).not.toMatch(/horse|good-token/);
  });
});

describe("headers as a client of HTTP would not send them", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await started({ trust: { by: "any local client" } });
  });
  const sent = (...headers: string[]) =>
    rawRequest(server.port, ["GET /apis/v2beta1/experiments?namespace=team-a HTTP/1.1", "host: localhost", ...headers]);

  test("do not hide the second of two identities behind a thousand others", async () => {
    const others = Array.from({ length: 2000 }, (_, index) => `x-${index}: 1`);
    const { status, text } = await sent("kubeflow-userid: mallory", ...others, "kubeflow-userid: alice@example.com");
    expect(text).toContain("unexpected number of 'kubeflow-userid' headers. Expect 1 got 2");
    expect(status).toBe(401);
  });

  test("say anew with each request of a connection who it is, also where the next one is sent before the answer", async () => {
    const users = ["alice", undefined, "vic", "alice", undefined, "vic", "vic", undefined];
    const lines = users.map((user, index) =>
      [
        "GET /apis/v2beta1/experiments?namespace=team-a HTTP/1.1",
        "host: localhost",
        ...(user === undefined ? [] : [`kubeflow-userid: ${user}`]),
        ...(index === users.length - 1 ? ["connection: close"] : []),
        "\r\n",
      ].join("\r\n"),
    );
    const { text } = await raw(server.port, (socket) => void socket.write(lines.join("")));
    const takenFor = [...text.matchAll(/HTTP\/1\.1 (\d+)|"message":"User '(\w+)'/g)].map(
      (match) => match[2] ?? match[1],
    );
    // The name stands twice in a refusal: once in its details.
    expect(takenFor).toEqual(users.flatMap((user) => (user === undefined ? ["401"] : ["403", user, user])));
  });

  test.each([
    ["a folded line", ["kubeflow-userid: alice", " @example.com"]],
    ["a folded line that looks like a header", ["x-a: 1", " kubeflow-userid: alice@example.com"]],
    ["a space before the colon", ["kubeflow-userid : alice@example.com"]],
    ["a bare line feed", ["x-a: 1\nkubeflow-userid: alice@example.com"]],
    ["a bare carriage return", ["x-a: 1\rkubeflow-userid: alice@example.com"]],
    ["a NUL", ["kubeflow-userid: alice@example.com\0.example"]],
  ])("are no request: %s", async (_what, headers) => {
    expect((await sent(...headers)).status).toBe(400);
  });

  test.each([
    ["an underscore for the hyphen", ["kubeflow_userid: alice@example.com"]],
    ["a token for a proxy", [`proxy-authorization: Bearer ${goodToken}`]],
    ["two tokens in one header", [`authorization: Bearer x, Bearer ${goodToken}`]],
    ["two headers with a token each", [`authorization: Bearer ${goodToken}`, "Authorization: Bearer x"]],
  ])("are no identity: %s", async (_what, headers) => {
    expect((await sent(...headers)).status).toBe(401);
  });

  test("are one name, not two, where somebody has joined them", async () => {
    expect((await sent("kubeflow-userid: alice, vic")).text).toContain("User 'alice, vic' is not authorized");
  });
});

test("a server that trusts every local client believes the header of each", async () => {
  const server = await started({ trust: { by: "any local client" } });
  expect((await takenFor(server, { ...alice, ...token })).user).toBe("alice@example.com");
});

describe("a token", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await started({});
  });

  test.each([
    ["that is huge", `Bearer ${"x".repeat(100_000)}`],
    ["that is twice there", [`Bearer ${goodToken}`, `Bearer ${goodToken}`]],
    ["of another scheme", `bearer ${goodToken}`],
    ["that is not there", "Bearer "],
    ["that nobody knows", "Bearer garbage"],
  ])("%s is answered with 401, and is not in the answer", async (_what, authorization) => {
    const { status, text } = await takenFor(server, { authorization });
    expect(status).toBe(401);
    expect(text).not.toMatch(/good-token|x{100}|garbage/);
    expect(text.length).toBeLessThan(5000);
  });
});

describe("a gateway in the same process", () => {
  let server: RunningServer;
  const gateway = createServer((incoming, outgoing) => {
    const user = /session=(\w+)/.exec(incoming.headers.cookie ?? "")?.[1];
    void server.handle(incoming, outgoing, { user });
  });
  let url = "";
  beforeAll(async () => {
    server = await started({ trust: { by: "unix socket" } });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => gateway.close(resolve)));

  test("says as a value who the user is, and no header says otherwise", async () => {
    const cookie = { cookie: "session=vic" };
    expect((await takenFor({ url }, cookie)).user).toBe("vic");
    expect((await takenFor({ url }, { ...cookie, ...alice, ...token })).user).toBe("vic");
  });

  test("lets those through whom it does not know: a token counts, a header does not", async () => {
    expect(await takenFor({ url }, alice)).toMatchObject({ status: 401, user: undefined });
    expect((await takenFor({ url }, { ...alice, ...token })).user).toBe(tokenUser);
  });

  test("keeps web pages out as the server does", async () => {
    expect((await takenFor({ url }, { cookie: "session=vic", origin: "http://evil.example" })).status).toBe(403);
    expect((await takenFor({ url }, { cookie: "session=vic", host: "evil.example" })).status).toBe(421);
  });
});
