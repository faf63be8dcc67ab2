import { resolve } from "node:path";
import { expect, test } from "vitest";
import { kubernetesFromKubeconfig } from "../../src/index.ts";
import { clientOf, filesOf, json, kubeconfigText, startServer } from "../api-server.ts";

const shown = async (user: object, files: Record<string, string> = {}): Promise<unknown> => {
  const server = await startServer((request, response) => json(response, 200, { by: request.headers.authorization }));
  const kubernetes = await clientOf({ server: server.url }, user, { files });
  return (await kubernetes.call<{ by?: string }>({ method: "GET", path: "/version" })).by;
};

test("a user without anything asks as nobody", async () => {
  expect(await shown({})).toBeUndefined();
  expect(await shown({ token: null, exec: null })).toBeUndefined();
});

test("a user with a name and a password uses them", async () => {
  expect(await shown({ username: "jörg", password: "a:b" })).toBe(
    `Basic ${Buffer.from("jörg:a:b").toString("base64")}`,
  );
});

test("a token's file wins over the token, which stands in for a file that cannot be read", async () => {
  const user = { token: "inline", tokenFile: "token" };
  expect(await shown(user, { "/people/dev/.kube/token": "filed" })).toBe("Bearer filed");
  expect(await shown(user)).toBe("Bearer inline");
});

test("a token wins over an exec plugin", async () => {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "no-such", interactiveMode: "Never" };
  expect(await shown({ token: "inline", exec })).toBe("Bearer inline");
});

test("a plugin with a path is run by its path, also where the kubeconfig is in the working directory", async () => {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", interactiveMode: "Never" };
  const ran: string[] = [];
  const kubernetes = await kubernetesFromKubeconfig({
    kubeconfig: "config",
    env: {},
    readFile: filesOf({ config: kubeconfigText({ server: "https://127.0.0.1:1" }, { exec }) }),
    runProgram: async ({ command }) => {
      ran.push(command);
      return { exitCode: 1, stdout: "", stderr: "" };
    },
  });
  await kubernetes.call({ method: "GET", path: "/version" }).catch(() => undefined);
  expect(ran).toEqual([resolve("plugin")]);
});
