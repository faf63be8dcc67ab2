import { describe, expect, test } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";
import { serviceAccountToken } from "../tokens.ts";

const server = cannedServer();
const user = "system:serviceaccount:team-b:default-editor";
const denied = {
  status: 403,
  body: {
    code: 7,
    message: `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:runs,Subresource:,Name:,})`,
  },
};
const whoami = (...more: string[]) =>
  outcomeOf(
    fakeIo({
      argv: ["whoami", "--endpoint", server.url, "--namespace", "team-a", ...more],
      env: { KFP_EXISTING_TOKEN: serviceAccountToken() },
    }),
  );

describe("kfp-ts whoami", () => {
  test("tells who you are, each list that is allowed or denied, and on stderr what would allow it", async () => {
    server.answer(({ url = "" }) => {
      if (url.includes("/healthz")) return { body: { multi_user: true } };
      return url.includes("/runs") ? denied : {};
    });
    const { code, stdout, stderr } = await whoami();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^You: +system:serviceaccount:team-b:default-editor \(the server says so\)$/m);
    expect(stdout).toMatch(/^Namespace: +team-a$/m);
    expect(stdout).toMatch(/^experiments +allowed$/m);
    expect(stdout).toMatch(/^runs +denied +.*not authorized/m);
    expect(stderr).toMatch(/^fix: /);
    expect(stderr).toContain("\n  namespace: team-a\nroleRef:\n");
  });

  test("as JSON has the same for programs", async () => {
    const { stdout } = await whoami("-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      endpoint: server.url,
      multi_user: true,
      namespace: "team-a",
      identity: { user, from: "server" },
      resources: {
        experiments: { list: "allowed" },
        runs: { list: "denied", code: "PERMISSION_DENIED" },
        recurring_runs: { list: "allowed" },
        pipelines: { list: "allowed" },
        shared_pipelines: { list: "allowed" },
      },
    });
  });

  test("ends with 4 where the server knows nobody, and says why and what to do; the token is not told", async () => {
    server.answer(() => ({ status: 401, body: { code: 16, message: "who?" } }));
    const { code, stdout, stderr } = await whoami();
    expect(code).toBe(4);
    expect(stdout).toMatch(/^You: +nobody/m);
    expect(stdout).toMatch(/^Why: .*who\?/m);
    expect(stderr).toMatch(/^fix: /);
    expect(stdout + stderr).not.toContain(serviceAccountToken());
  });

  test("says what to do in words of the command, not of a program", async () => {
    const message = "An experiment cannot have an empty namespace in multi-user mode";
    server.answer(({ url = "" }) =>
      url.includes("/healthz") ? { body: { multi_user: true } } : { status: 400, body: { code: 3, message } },
    );
    const { stderr } = await whoami();
    expect(stderr).toBe("fix: Say the namespace with --namespace, or set KFP_NAMESPACE.\n");
  });

  test("cannot tell without a connection: 3", async () => {
    expect(await outcomeOf(fakeIo({ argv: ["whoami", "--endpoint", "http://127.0.0.1:1"] }))).toMatchObject({
      code: 3,
    });
  });
});
