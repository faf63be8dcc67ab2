import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Mint, MintedToken } from "../../src/credentials/kubernetes-token.ts";
import { Client, type Credentials, KfpError, kubernetesToken } from "../../src/index.ts";
import { credentialsRequest } from "../helpers/credentials-request.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, experimentOf, json, localServer, refusal } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const refusalOf = (authorization: string) => ({
  ...credentialsRequest(),
  status: 401,
  sent: { authorization },
});

/** Tokens `t1`, `t2`, … that last 1000 seconds, on a clock that the test moves. */
function minted(fails: (number: number) => boolean = () => false) {
  let now = 0;
  let asked = 0;
  const mint: Mint = async () => {
    asked += 1;
    if (fails(asked)) throw new KfpError("TOKEN_REQUEST_FAILED", { message: `no token ${asked}` });
    return { token: `t${asked}`, expiresAt: new Date(now + 1_000_000) };
  };
  const credentials = new MintedToken({ now: () => now, mint });
  return {
    credentials,
    token: async () => (await credentials.headers()).authorization,
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    at: (milliseconds: number) => {
      now = milliseconds;
    },
    asked: () => asked,
  };
}

describe("a token that Kubernetes makes", () => {
  test("is made once for all who ask at the same time, and serves four fifths of its life", async () => {
    const { token, at, asked } = minted();
    expect(await Promise.all([token(), token(), token()])).toEqual(["Bearer t1", "Bearer t1", "Bearer t1"]);
    at(799_999);
    expect(await token()).toBe("Bearer t1");
    expect(asked()).toBe(1);
  });

  test("is then renewed beside the calls, which wait for nothing", async () => {
    const { token, at, asked, settle } = minted();
    await token();
    at(800_000);
    expect(await token()).toBe("Bearer t1");
    await settle();
    expect(await token()).toBe("Bearer t2");
    expect(asked()).toBe(2);
  });

  test("serves on where it cannot be renewed, and is asked for again ten seconds later, not with each call", async () => {
    const { token, at, asked, settle } = minted((number) => number === 2);
    await token();
    at(800_000);
    for (let call = 0; call < 5; call += 1) {
      expect(await token()).toBe("Bearer t1");
      await settle();
    }
    expect(asked()).toBe(2);
    at(810_000);
    await token();
    await settle();
    expect(await token()).toBe("Bearer t3");
  });

  test("that has ended and cannot be renewed is an error", async () => {
    const { token, at } = minted((number) => number > 1);
    await token();
    at(1_000_000);
    expect((await failureOf(token())).code).toBe("TOKEN_REQUEST_FAILED");
  });

  test("that was refused is made anew, once for all that were refused with it", async () => {
    const { credentials, token, asked } = minted();
    const sent = await token();
    expect(await Promise.all([1, 2, 3].map(() => credentials.refused(refusalOf(sent))))).toEqual([true, true, true]);
    expect(await credentials.refused(refusalOf(sent))).toBe(true);
    expect(asked()).toBe(2);
    const other = minted((number) => number > 1);
    expect(await other.credentials.refused(refusalOf(await other.token()))).toBe(false);
  });
});

describe("kubernetesToken", () => {
  /** A kubeconfig of a Kubernetes API that answers so. */
  async function kubernetes(answer: Answer) {
    const server = await localServer(answer);
    const folder = mkdtempSync(join(tmpdir(), "kfp-ts-kubeconfig-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const kubeconfig = join(folder, "config");
    const context = (namespace: string) => ({ cluster: "c", user: "u", namespace });
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "one",
      clusters: [{ name: "c", cluster: { server: server.origin } }],
      users: [{ name: "u", user: { token: "of-the-kubeconfig" } }],
      contexts: [
        { name: "one", context: context("team-a") },
        { name: "two", context: context("team-b") },
      ],
    };
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    return { ...server, kubeconfig };
  }
  const gives =
    (token: string): Answer =>
    (_request, response) =>
      json(response, 201, { status: { token, expirationTimestamp: "2099-01-01T00:00:00Z" } });
  const authorization = async (credentials: Credentials) =>
    (await credentials.headers(credentialsRequest())).authorization;

  test("asks the TokenRequest API of the kubeconfig for the audience of Kubeflow Pipelines", async () => {
    const token = serviceAccountToken();
    const { kubeconfig, received } = await kubernetes(gives(token));
    const pipelines = await localServer((request, response) =>
      request.headers.authorization === `Bearer ${token}`
        ? json(response, 200, experimentOf("1"))
        : json(response, 401, refusal(16, "who?")),
    );
    const credentials = kubernetesToken({ serviceAccount: "default-editor", kubeconfig });
    await new Client({ host: pipelines.origin, credentials }).experiments.get("1");
    expect(received).toMatchObject([
      {
        method: "POST",
        url: "/api/v1/namespaces/team-a/serviceaccounts/default-editor/token",
        headers: { authorization: "Bearer of-the-kubeconfig" },
      },
    ]);
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ spec: { audiences: ["pipelines.kubeflow.org"] } });
    expect(inspect(credentials, { depth: 9, showHidden: true })).not.toMatch(/eyJ/);
  });

  test("takes namespace, audience, context and life from its options", async () => {
    const { kubeconfig, received } = await kubernetes(gives("t"));
    await authorization(kubernetesToken({ serviceAccount: "sa", kubeconfig, context: "two" }));
    await authorization(
      kubernetesToken({ serviceAccount: "sa", kubeconfig, namespace: "x", audience: "mine", expirationSeconds: 600 }),
    );
    expect(received.map(({ url }) => url)).toEqual([
      "/api/v1/namespaces/team-b/serviceaccounts/sa/token",
      "/api/v1/namespaces/x/serviceaccounts/sa/token",
    ]);
    expect(JSON.parse(received[1]?.body ?? "").spec).toMatchObject({ audiences: ["mine"], expirationSeconds: 600 });
  });

  test("without the right to it says the command, and the RBAC that is missing", async () => {
    const body = {
      kind: "Status",
      status: "Failure",
      reason: "Forbidden",
      code: 403,
      message: 'User "u" cannot create',
    };
    const { kubeconfig } = await kubernetes((_request, response) => json(response, 403, body));
    const error = await failureOf(authorization(kubernetesToken({ serviceAccount: "default-editor", kubeconfig })));
    expect(error).toMatchObject({ code: "TOKEN_REQUEST_FAILED", kind: "access" });
    expect(error.message).toContain("team-a/default-editor");
    expect(error.message).toContain('User "u" cannot create');
    expect(error.fix).toContain(
      "kubectl create token default-editor --namespace team-a --audience=pipelines.kubeflow.org",
    );
    expect(error.fix).toContain("    resources: [serviceaccounts/token]\n");
    expect(error.fix).toContain("    verbs: [create]\n");
    expect(inspect(error, { depth: 9 })).not.toContain("of-the-kubeconfig");
  });

  test("of a service account that is not there says how to look which are", async () => {
    const body = { kind: "Status", status: "Failure", reason: "NotFound", code: 404, message: "not found" };
    const { kubeconfig } = await kubernetes((_request, response) => json(response, 404, body));
    const error = await failureOf(authorization(kubernetesToken({ serviceAccount: "no", kubeconfig })));
    expect(error.fix).toContain("kubectl get serviceaccounts --namespace team-a");
  });

  test("without a cluster says what was looked at", async () => {
    const credentials = kubernetesToken({ serviceAccount: "sa", kubeconfig: "/no/such/kubeconfig" });
    const error = await failureOf(authorization(credentials));
    expect(error).toMatchObject({
      code: "TOKEN_REQUEST_FAILED",
      message: expect.stringContaining("/no/such/kubeconfig"),
    });
  });

  test.each([
    { serviceAccount: "" },
    { serviceAccount: "team-a/default-editor" },
    { serviceAccount: undefined as never },
    { serviceAccount: "sa", namespace: "../kube-system" },
    { serviceAccount: "sa", audience: "" },
    { serviceAccount: "sa", expirationSeconds: 60 },
  ])("%j is refused when the credentials are made", async (options) => {
    expect((await failureOf(() => kubernetesToken(options))).code).toBe("BAD_OPTION");
  });
});
