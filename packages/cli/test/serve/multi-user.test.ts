import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { request as tlsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FakeCluster, fakeCluster } from "../../../server/test/reviews/fake-cluster.ts";
import { outcomeOf } from "../embedded.ts";
import { type Fake, type FakeOptions, fakeIo } from "../fake-io.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-multi-user-"));
afterAll(() => rmSync(folder, { recursive: true }));

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  cluster.react(({ kind, spec }) => {
    if (kind === "SelfSubjectAccessReview") return { allowed: true };
    if (kind === "SelfSubjectReview") return { userInfo: { username: "system:serviceaccount:kubeflow:kfp" } };
    if (kind === "SubjectAccessReview") return { allowed: JSON.stringify(spec).includes('"team-a"') };
    const user = { username: "system:serviceaccount:team-a:default-editor" };
    return { authenticated: true, user, audiences: JSON.parse(JSON.stringify(spec)).audiences };
  });
});
afterEach(() => cluster.close());

function started(argv: readonly string[], options: Omit<FakeOptions, "argv"> = {}): Fake {
  const env = { XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: folder, HOME: folder, ...options.env };
  return fakeIo({ ...options, argv: ["serve", "--in-memory", "--port", "0", ...argv], env });
}

/** Runs a server until something was asked of it; the argument is its URL. */
async function serving(fake: Fake, ask: (url: string) => Promise<void>): Promise<string> {
  const outcome = outcomeOf(fake);
  const url = await Promise.race([
    outcome.then(({ stderr }) => Promise.reject(new Error(stderr))),
    (async () => {
      for (;;) {
        const found = / on (https?:\/\/\S+)/.exec(fake.stdout())?.[1];
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })(),
  ]);
  try {
    await ask(url);
  } finally {
    fake.signal("SIGTERM");
    await outcome;
  }
  return (await outcome).stdout;
}

// Certificates are made with it; a machine without it cannot make them.
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const list = "/apis/v2beta1/experiments?namespace=team-a";
const token = { authorization: "Bearer a-token" };
const alice = { "kubeflow-userid": "alice@example.com" };
const statusOf = async (url: string, headers: Record<string, string>, path = list): Promise<number> =>
  (await fetch(url + path, { headers })).status;
const overSocket = (socketPath: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: list, headers: { host: "localhost", ...headers } }, (response) => {
      resolve(response.resume().statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
const usage = async (argv: readonly string[], env: Record<string, string> = {}): Promise<string> => {
  const { code, stderr } = await outcomeOf(started(argv, { env }));
  expect(code, stderr).toBe(2);
  return stderr;
};

describe("kfp-ts serve --multi-user", () => {
  test("asks the cluster of the kubeconfig, and says how it knows who somebody is", async () => {
    const said = await serving(started(["--multi-user", "--kubeconfig", cluster.kubeconfig]), async (url) => {
      expect(await statusOf(url, token)).toBe(200);
      expect(await statusOf(url, token, list.replace("team-a", "team-b"))).toBe(403);
      expect(await statusOf(url, {})).toBe(401);
      expect(await statusOf(url, alice)).toBe(401);
    });
    expect(said).toMatch(
      /users {7}bearer tokens for pipelines\.kubeflow\.org, reviewed by http:\/\/127\.0\.0\.1:\d+ \(context fake\)\n/,
    );
    expect(said).not.toContain("kubeflow-userid");
    expect(said).toContain('curl -H "Authorization: Bearer $TOKEN"');
  });

  test("is said by Kubeflow's own variables too, and an option wins over its variable", async () => {
    const env = {
      MULTIUSER: "true",
      KUBECONFIG: cluster.kubeconfig,
      TOKEN_REVIEW_AUDIENCE: "of-the-variable",
      KUBEFLOW_USERID_HEADER: "x-user",
      KUBEFLOW_USERID_PREFIX: "idp:",
      MULTIUSER_SHARED_READ: "false",
      POD_NAMESPACE: "kfp-system",
    };
    const argv = ["--trust-identity-header", "--token-review-audience", "of-the-option"];
    await serving(started(argv, { env }), async (url) => {
      expect(await statusOf(url, { "x-user": "idp:alice@example.com" })).toBe(200);
      expect(cluster.asked.at(-1)?.spec).toMatchObject({ user: "alice@example.com" });
      expect(await statusOf(url, alice)).toBe(401);
      expect(await statusOf(url, token)).toBe(200);
      expect(cluster.asked.find(({ kind }) => kind === "TokenReview")?.spec).toMatchObject({
        audiences: ["of-the-option"],
      });
      const body = { method: "POST", headers: token, body: JSON.stringify({ display_name: "shared" }) };
      expect((await fetch(`${url}/apis/v2beta1/pipelines`, body)).status).toBe(403);
      expect(cluster.asked.at(-1)?.spec).toMatchObject({ resourceAttributes: { namespace: "kfp-system" } });
    });
  });

  test("lets everybody read with --shared-read", async () => {
    const argv = ["--multi-user", "--kubeconfig", cluster.kubeconfig, "--shared-read"];
    await serving(started(argv), async (url) => expect(await statusOf(url, {})).toBe(200));
  });

  test("keeps what was allowed for as long as it is told to", async () => {
    for (const [seconds, reviews] of [
      ["0", 4],
      ["300", 2],
    ] as const) {
      const argv = ["--multi-user", "--kubeconfig", cluster.kubeconfig, "--review-cache-seconds", seconds];
      await serving(started(argv), async (url) => {
        const before = cluster.asked.length;
        await statusOf(url, token);
        await statusOf(url, token);
        expect(cluster.asked.length - before).toBe(reviews);
      });
    }
  });

  test("may listen beyond this machine, since it asks everybody who they are", async () => {
    const argv = ["--multi-user", "--kubeconfig", cluster.kubeconfig, "--host", "0.0.0.0"];
    await serving(started(argv), async (url) => expect(await statusOf(url, alice)).toBe(401));
  });

  test("starts without the right to review, and says what gives it", async () => {
    cluster.react(({ kind }) =>
      kind === "SelfSubjectReview"
        ? { userInfo: { username: "system:serviceaccount:kubeflow:kfp" } }
        : { allowed: false },
    );
    const fake = started(["--multi-user", "--kubeconfig", cluster.kubeconfig], { terminal: true });
    await serving(fake, async () => {});
    expect(fake.stderr()).toContain("does not let this server create tokenreviews and subjectaccessreviews");
    expect(fake.stderr()).toContain("kind: ClusterRoleBinding");
    expect(fake.stderr()).toContain("- kind: ServiceAccount\n  name: kfp\n  namespace: kubeflow\n");
  });

  test("does not start where the cluster does not answer, or there is none", async () => {
    await cluster.stop();
    const gone = await outcomeOf(started(["--multi-user", "--kubeconfig", cluster.kubeconfig]));
    expect(gone).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("refuses connections") });
    await cluster.start();
    const none = await outcomeOf(started(["--multi-user", "--kubeconfig", join(folder, "none")]));
    expect(none).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(join(folder, "none")) });
  });
});

describe("the identity header", () => {
  const multiUser = (...argv: string[]) => started(["--multi-user", "--kubeconfig", cluster.kubeconfig, ...argv]);

  test("is believed on the unix socket of --identity-from, and not on the port", async () => {
    const path = join(folder, "kfp.sock");
    const said = await serving(multiUser("--identity-from", `unix:${path}`), async (url) => {
      expect(await overSocket(path, alice)).toBe(200);
      expect(await statusOf(url, alice)).toBe(401);
    });
    expect(said).toContain(`the header kubeflow-userid on the unix socket ${path}\n`);
  });

  test("is believed with the secret of a file, which has to be closed to others", async () => {
    const file = join(folder, "secret");
    writeFileSync(file, "correct horse\n", { mode: 0o600 });
    const fake = multiUser("--identity-from", `secret-file:${file}`);
    await serving(fake, async (url) => {
      expect(await statusOf(url, { ...alice, "x-kfp-ts-identity-secret": "correct horse" })).toBe(200);
      expect(await statusOf(url, { ...alice, "x-kfp-ts-identity-secret": "wrong" })).toBe(401);
    });
    expect(fake.stdout() + fake.stderr()).not.toContain("horse");
    chmodSync(file, 0o644);
    const { code, stderr } = await outcomeOf(multiUser("--identity-from", `secret-file:${file}`));
    expect([code, stderr]).toEqual([1, expect.stringContaining(`chmod 600 ${file}`)]);
  });

  test.skipIf(!hasOpenssl)("is believed with a client certificate that has one of the names", async () => {
    const pem = (name: string) => join(folder, `${name}.pem`);
    const openssl = (...args: string[]) => expect(spawnSync("openssl", args, { cwd: folder }).status).toBe(0);
    for (const name of ["localhost", "gw", "other"]) {
      const to = ["-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`];
      openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", ...to);
    }
    // Each has signed itself: an authority of one.
    writeFileSync(pem("ca"), readFileSync(pem("gw"), "utf8") + readFileSync(pem("other"), "utf8"));
    const https = ["--tls-cert", pem("localhost"), "--tls-key", join(folder, "localhost.key")];
    const said = await serving(multiUser("--identity-from", `mtls:${pem("ca")}+gw`, ...https), async (url) => {
      const asking = (name: string) =>
        new Promise((resolve, reject) => {
          const client = { cert: readFileSync(pem(name)), key: readFileSync(join(folder, `${name}.key`)) };
          const ca = readFileSync(pem("localhost"));
          const options = {
            ca,
            servername: "localhost",
            agent: false,
            headers: { ...alice, host: "localhost" },
            ...client,
          };
          tlsRequest(url + list, options, (response) => resolve(response.resume().statusCode))
            .on("error", reject)
            .end();
        });
      expect([await asking("gw"), await asking("other")]).toEqual([200, 401]);
    });
    expect(said).toMatch(/ on https:\/\/127\.0\.0\.1:\d+\n/);
    expect(said).toContain("the header kubeflow-userid with a client certificate of gw\n");
  });

  test("of every local program is believed loudly, and never beyond this machine", async () => {
    const fake = multiUser("--trust-identity-header");
    await serving(fake, async (url) => expect(await statusOf(url, alice)).toBe(200));
    expect(fake.stderr()).toContain("every program on this machine can be anybody");
    for (const host of ["0.0.0.0", "::", "192.168.1.2", "127.0.0.1.evil.example"]) {
      const text = await usage([
        "--multi-user",
        "--kubeconfig",
        cluster.kubeconfig,
        "--trust-identity-header",
        "--host",
        host,
      ]);
      expect(text).toContain("--trust-identity-header");
    }
  });
});

describe("options that cannot be meant are wrong usage", () => {
  test.each([
    [["--multi-user", "--identity-from", "10.0.0.0/8"], "none of unix:PATH"],
    [["--multi-user", "--identity-from", "unix:"], "none of unix:PATH"],
    [["--multi-user", "--identity-from", "mtls:ca.pem"], "which names count"],
    [["--multi-user", "--identity-from", "mtls:ca.pem+a,,b"], "which names count"],
    [["--multi-user", "--userid-header", "two words"], "no name of a header"],
    [["--multi-user", "--userid-header", "X-Kfp-Ts-Identity-Secret"], "says something else than who somebody is"],
    [["--multi-user", "--userid-header", "Authorization"], "something else"],
    [["--multi-user", "--review-cache-seconds", "301"], "from 0 to 300"],
    [["--multi-user", "--default-service-account", "Not A Name"], "no name in Kubernetes"],
    [["--identity-from", "unix:/tmp/x"], "Add --multi-user"],
    [["--trust-identity-header"], "Add --multi-user"],
    [["--tls-cert", "x.pem"], "belong together"],
  ])("%j", async (argv, text) => {
    expect(await usage(argv)).toContain(text);
  });

  test("together: two sources of identity, and client certificates without HTTPS", async () => {
    const multiUser = ["--multi-user", "--kubeconfig", cluster.kubeconfig];
    expect(await usage([...multiUser, "--identity-from", "unix:/tmp/x", "--trust-identity-header"])).toContain(
      "exclude",
    );
    expect(await usage([...multiUser, "--identity-from", "mtls:ca.pem+gw"])).toContain("--tls-cert");
  });

  test.each([
    ["MULTIUSER", "maybe"],
    ["MULTIUSER_SHARED_READ", "yes please"],
    ["REQUIRE_NAMESPACE_FOR_PIPELINES", "2"],
    ["KUBEFLOW_USERID_HEADER", "a:b"],
    ["TOKEN_REVIEW_AUDIENCE", "a b"],
    ["POD_NAMESPACE", "Kubeflow!"],
    ["DEFAULTPIPELINERUNNERSERVICEACCOUNT", "a/b"],
  ])("in the variable %s, which is named", async (variable, value) => {
    expect(await usage([], { [variable]: value })).toContain(variable);
  });
});
