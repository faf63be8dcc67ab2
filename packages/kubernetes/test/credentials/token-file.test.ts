import { describe, expect, test } from "vitest";
import { tokenFileCredentials } from "../../src/credentials/token-file.ts";
import type { KubernetesConfigError, KubernetesError } from "../../src/index.ts";
import { clientOf, filesOf, json, rejection, startServer, statusBody } from "../api-server.ts";

const get = { method: "GET", path: "/version" } as const;

describe("a token file", () => {
  test("that is replaced counts from the next call on", async () => {
    const server = await startServer((request, response) => json(response, 200, request.headers.authorization));
    const files: Record<string, string> = { "/tokens/mine": "one\n" };
    const readFile = filesOf(files);
    const kubernetes = await clientOf(
      { server: server.url },
      { tokenFile: "/tokens/mine" },
      {
        readFile: async (path) => (path === "/tokens/mine" ? readFile(path) : kubeconfigWith(server.url)),
      },
    );
    expect(await kubernetes.call(get)).toBe("Bearer one");
    files["/tokens/mine"] = "two\n";
    expect(await kubernetes.call(get)).toBe("Bearer two");
  });

  test("that is replaced while a call is refused is read again, once", async () => {
    const files: Record<string, string> = { "/tokens/mine": "old" };
    const server = await startServer((request, response) => {
      if (request.headers.authorization === "Bearer new") return json(response, 200, {});
      files["/tokens/mine"] = "new";
      json(response, 401, statusBody(401, "Unauthorized", "Unauthorized"));
    });
    const readFile = filesOf(files);
    const kubernetes = await clientOf(
      { server: server.url },
      {},
      {
        readFile: async (path) => (path === "/tokens/mine" ? readFile(path) : kubeconfigWith(server.url)),
      },
    );
    expect(await kubernetes.call(get)).toEqual({});
    expect(server.seen).toHaveLength(2);
  });

  test("that stays the same is not tried twice", async () => {
    const server = await startServer((_, response) =>
      json(response, 401, statusBody(401, "Unauthorized", "Unauthorized")),
    );
    const kubernetes = await clientOf(
      { server: server.url },
      {},
      {
        readFile: async (path) => (path === "/tokens/mine" ? "same" : kubeconfigWith(server.url)),
      },
    );
    expect((await rejection<KubernetesError>(kubernetes.call(get))).status).toBe(401);
    expect(server.seen).toHaveLength(1);
  });

  test("is read once for all who wait, and anew for who was refused in the meantime", async () => {
    const reads: ((text: string) => void)[] = [];
    const readFile = () => new Promise<string>((resolve) => reads.push(resolve));
    const credentials = tokenFileCredentials({ path: "/t", origin: "here" }, { readFile });
    const waiting = [credentials.current(), credentials.current()];
    expect(reads).toHaveLength(1);
    credentials.refused({ authorization: "Bearer old" });
    const again = credentials.current();
    reads[1]?.("new");
    reads[0]?.("old");
    expect(await again).toMatchObject({ authorization: "Bearer new" });
    for (const one of waiting) expect(await one).toMatchObject({ authorization: "Bearer old" });
  });

  test("that is replaced in the middle of a hundred calls makes none of them fail", async () => {
    const files: Record<string, string> = { "/tokens/mine": "token-0" };
    let valid = "Bearer token-0";
    const server = await startServer((request, response) => {
      if (request.headers.authorization !== valid) {
        return json(response, 401, statusBody(401, "Unauthorized", "Unauthorized"));
      }
      // The file is there first, then the old token ends: as a kubelet does it, only faster.
      if (server.seen.length === 50) {
        files["/tokens/mine"] = "token-1";
        valid = "Bearer token-1";
      }
      json(response, 200, {});
    });
    const readFile = filesOf(files);
    const options = {
      readFile: async (path: string) => (path === "/tokens/mine" ? readFile(path) : kubeconfigWith(server.url)),
    };
    const kubernetes = await clientOf({ server: server.url }, {}, options);
    expect(await Promise.all(Array.from({ length: 100 }, () => kubernetes.call(get)))).toHaveLength(100);
    expect(server.seen.length).toBeGreaterThan(100);
  });

  test("that is away or empty for a moment leaves the last token in force", async () => {
    const files: Record<string, string> = { "/t": "one" };
    const credentials = tokenFileCredentials({ path: "/t", origin: "here" }, { readFile: filesOf(files) });
    expect(await credentials.current()).toMatchObject({ authorization: "Bearer one" });
    delete files["/t"];
    expect(await credentials.current()).toMatchObject({ authorization: "Bearer one" });
    files["/t"] = "";
    expect(await credentials.current()).toMatchObject({ authorization: "Bearer one" });
    files["/t"] = "two";
    expect(await credentials.current()).toMatchObject({ authorization: "Bearer two" });
  });

  test.each([
    ["", "is empty"],
    ["  \n", "is empty"],
    ['{ "s3cret": 1 }', "holds something that is no token"],
    ["one\ntwo", "holds something that is no token"],
  ])("with %j is an error that names the file and not what is in it", async (text, fact) => {
    const credentials = tokenFileCredentials(
      { path: "/t", origin: "tokenFile of user" },
      { readFile: filesOf({ "/t": text }) },
    );
    const error = await rejection<KubernetesConfigError>(credentials.current());
    expect(error.code).toBe("NO_CREDENTIALS");
    expect(error.message).toBe(
      `The token file /t (tokenFile of user) ${fact}. Write a token into it, or correct its path.`,
    );
  });

  test("that is missing from the start is an error of the call", async () => {
    const server = await startServer((_, response) => json(response, 200, {}));
    const kubernetes = await clientOf({ server: server.url }, { tokenFile: "tokens/mine" });
    const error = await rejection<KubernetesError>(kubernetes.call(get));
    expect(error.status).toBe(0);
    expect(error.message).toBe(
      'The token file /people/dev/.kube/tokens/mine (tokenFile of user "test-user" in /people/dev/.kube/config) does not exist. Put the token there, or correct its path.',
    );
    expect(server.seen).toHaveLength(0);
  });
});

function kubeconfigWith(server: string): string {
  return JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { tokenFile: "/tokens/mine" } }],
  });
}
