import { expect, test } from "vitest";
import { parseCommandLine } from "../../src/command-line/parse.ts";
import { commands, groups } from "../../src/commands/index.ts";
import { type SaidTunnel, tunnelSaid } from "../../src/tunnels/said.ts";

async function said(line: string, env: Record<string, string> = {}): Promise<SaidTunnel | undefined> {
  const parsed = await parseCommandLine({ groups, commands, env, version: () => "" }, line.split(" "));
  if (parsed.kind !== "command") throw new Error(parsed.text);
  return tunnelSaid(parsed);
}

test("nobody who says nothing of a cluster gets a tunnel", async () => {
  expect(await said("runs list")).toBeUndefined();
  expect(await said("runs list --endpoint http://localhost:3000")).toBeUndefined();
});

test("--tunnel, or a cluster by itself, asks for one, wherever it stands and whatever the variables say", async () => {
  const env = { KFP_ENDPOINT: "http://localhost:3000", KFP_CONTEXT: "prod" };
  expect(await said("--tunnel runs list", env)).toMatchObject({ value: {}, from: { name: "--tunnel" } });
  expect(await said("runs get --tunnel run/123", env)).toMatchObject({ value: {}, from: { name: "--tunnel" } });
  expect(await said("runs list --tunnel a/b/c --kube-context a")).toMatchObject({
    value: { kubeContext: "a", namespace: "b", service: "c" },
  });
  expect(await said("runs list --kube-context a", env)).toMatchObject({
    value: { kubeContext: "a" },
    from: { name: "--kube-context" },
  });
  expect(await said("runs list --kubeconfig k", env)).toMatchObject({ from: { name: "--kubeconfig" } });
});

test("with --as-service-account a cluster is only where the token is from", async () => {
  const line = "runs list --as-service-account team-a/default-editor --kube-context a";
  expect(await said(`${line} --endpoint https://kubeflow.example.com`)).toBeUndefined();
  expect(await said(line)).toBeUndefined();
  expect(await said(`${line} --tunnel`)).toMatchObject({ value: { kubeContext: "a" } });
});
