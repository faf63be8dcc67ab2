import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Outcome, outcomeOf } from "../embedded.ts";
import { type Fake, fakeIo } from "../fake-io.ts";
import { forwardingCluster } from "../forwarding-cluster.ts";

const cluster = forwardingCluster();
let pipelines: Awaited<ReturnType<typeof startServer>>;
/** A Kubeflow Pipelines that tells users apart. */
let manyUsers: Server;
let manyUsersUrl: string;

beforeAll(async () => {
  pipelines = await startServer({ version: "test", database: { kind: "memory" }, port: 0 });
  manyUsers = createServer((_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"multi_user":true}'),
  );
  await new Promise<void>((resolve) => manyUsers.listen(0, "127.0.0.1", resolve));
  manyUsersUrl = `http://127.0.0.1:${(manyUsers.address() as AddressInfo).port}`;
});
afterAll(async () => {
  manyUsers.closeAllConnections();
  manyUsers.close();
  await pipelines.close();
});
beforeEach(() => {
  cluster.services = [{ namespace: "kubeflow", name: "ml-pipeline-ui", to: pipelines.url }];
});

interface Running {
  readonly fake: Fake;
  readonly outcome: Promise<Outcome>;
  readonly facts: Record<string, unknown>;
}

/** Starts a port-forward, and waits until it says where it is. */
async function forwarding(...argv: string[]): Promise<Running> {
  const fake = fakeIo({ argv: ["port-forward", ...argv, "-o", "json"], env: cluster.env });
  const outcome = outcomeOf(fake);
  let over: Outcome | undefined;
  void outcome.then((ended) => {
    over = ended;
  });
  while (!fake.stdout().includes("\n")) {
    if (over !== undefined) throw new Error(`it ended with ${over.code}: ${over.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { fake, outcome, facts: JSON.parse(fake.stdout()) };
}

const once = (...argv: string[]): Promise<Outcome> =>
  outcomeOf(fakeIo({ argv: ["port-forward", ...argv], env: cluster.env }));

/** Whether something listens. */
const listens = (port: unknown): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.destroy());
  });

describe("where it leads", () => {
  test("without a name to the Kubeflow Pipelines that is found, in whatever namespace", async () => {
    cluster.services = [{ namespace: "mlops", name: "ml-pipeline", port: 8888, to: pipelines.url }];
    const { fake, outcome, facts } = await forwarding();
    expect(facts).toMatchObject({ namespace: "mlops", service: "ml-pipeline", port: 8888, kube_context: "fake" });
    expect((await fetch(`${facts.endpoint}/apis/v2beta1/healthz`)).status).toBe(200);
    fake.signal("SIGINT");
    expect(await outcome).toMatchObject({ code: 130 });
  });

  test("with a name and its namespace nothing is looked for", async () => {
    const { fake, outcome, facts } = await forwarding("ml-pipeline-ui", "--namespace", "kubeflow");
    expect(facts).toMatchObject({ namespace: "kubeflow", service: "ml-pipeline-ui" });
    expect(cluster.asked).not.toContain("/api/v1/services");
    fake.signal("SIGTERM");
    expect(await outcome).toMatchObject({ code: 143 });
  });

  test("where Kubeflow Pipelines tells users apart, to the gateway that they log in at, and it says so", async () => {
    cluster.services = [
      { namespace: "kubeflow", name: "ml-pipeline-ui", to: manyUsersUrl },
      { namespace: "istio-system", name: "istio-ingressgateway", to: manyUsersUrl },
    ];
    const { fake, outcome, facts } = await forwarding();
    expect(facts).toMatchObject({ service: "istio-ingressgateway", endpoint: expect.stringMatching(/\/pipeline$/) });
    fake.signal("SIGINT");
    expect((await outcome).stderr).toContain("kubeflow/ml-pipeline-ui tells users apart");
  });

  test("where it does not, straight there, although there is a gateway", async () => {
    cluster.services = [...cluster.services, { namespace: "istio-system", name: "istio-ingressgateway" }];
    const { fake, outcome, facts } = await forwarding();
    expect(facts).toMatchObject({ service: "ml-pipeline-ui" });
    fake.signal("SIGINT");
    await outcome;
  });

  test("several in different namespaces are listed to choose from, with exit code 2", async () => {
    cluster.services = ["one", "two"].map((namespace) => ({ namespace, name: "ml-pipeline-ui", to: pipelines.url }));
    const { code, stdout, stderr } = await once();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("one/ml-pipeline-ui");
    expect(stderr).toContain("two/ml-pipeline-ui");
  });
});

describe("what it says and leaves", () => {
  test("people are told where it is, where it leads, and the next line to type", async () => {
    const fake = fakeIo({ argv: ["port-forward"], env: cluster.env });
    const outcome = outcomeOf(fake);
    while (!fake.stdout().includes("Ctrl-C")) await new Promise((resolve) => setTimeout(resolve, 5));
    const endpoint = /(http:\/\/127\.0\.0\.1:\d+) leads to kubeflow\/ml-pipeline-ui:80/.exec(fake.stdout())?.[1];
    expect(fake.stdout()).toContain(`export KF_PIPELINES_ENDPOINT=${endpoint}\n`);
    fake.signal("SIGINT");
    await outcome;
  });

  test("programs are told in one line", async () => {
    const { fake, outcome } = await forwarding();
    expect(fake.stdout().trim().split("\n")).toHaveLength(1);
    fake.signal("SIGINT");
    expect(await outcome).toMatchObject({ stderr: "" });
  });

  test("the port is free and all ways to pods are ended once it is over, also those that are in use", async () => {
    const { fake, outcome, facts } = await forwarding();
    const socket = connect(Number(facts.local_port), "127.0.0.1");
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("GET /apis/v2beta1/healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    fake.signal("SIGINT");
    await outcome;
    await closed;
    expect(await listens(facts.local_port)).toBe(false);
    while (cluster.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test("the port that was asked for is taken, and one that is busy is said with exit code 2", async () => {
    const first = await forwarding();
    const { code, stderr } = await once("--local-port", String(first.facts.local_port));
    expect(code).toBe(2);
    expect(stderr).toContain(String(first.facts.local_port));
    first.fake.signal("SIGINT");
    await first.outcome;
    const again = await forwarding("--local-port", String(first.facts.local_port));
    expect(again.facts.local_port).toBe(first.facts.local_port);
    again.fake.signal("SIGINT");
    await again.outcome;
  });

  test("Ctrl-C ends it at once while no pod is ready yet", async () => {
    cluster.services = [{ namespace: "kubeflow", name: "ml-pipeline-ui" }];
    const fake = fakeIo({ argv: ["port-forward"], env: cluster.env });
    const outcome = outcomeOf(fake);
    while (!cluster.asked.some((path) => path.includes("endpointslices"))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    fake.signal("SIGINT");
    expect(await outcome).toEqual({ code: 130, stdout: "", stderr: "" });
  });
});

describe("what is refused", () => {
  test("a user who may not forward is told the Role that would allow it, with exit code 4", async () => {
    cluster.denied = "portforward";
    const { code, stdout, stderr } = await once();
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(/kind: Role\n[\s\S]*pods\/portforward[\s\S]*kind: RoleBinding/);
  });

  test("no such service is exit code 3, and no kubeconfig exit code 2", async () => {
    expect(await once("nothing", "-n", "kubeflow")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("nothing"),
    });
    const nowhere = await outcomeOf(fakeIo({ argv: ["port-forward"], env: { HOME: "/nonexistent" } }));
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("--kubeconfig") });
  });

  test.each([
    [["a b"], "names no service"],
    [["kubeflow/ml-pipeline", "-n", "other"], "Two namespaces"],
    [["prod/kubeflow/ml-pipeline", "--kube-context", "test"], "Two contexts"],
    [["--endpoint", "http://localhost"], "--endpoint"],
  ])("%j is wrong usage", async (argv, words) => {
    expect(await once(...argv)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(words) });
  });
});
