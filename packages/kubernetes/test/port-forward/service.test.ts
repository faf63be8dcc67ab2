import { describe, expect, onTestFinished, test } from "vitest";
import { openPortForward, type PortForwardError } from "../../src/index.ts";
import { rejection, statusBody } from "../api-server.ts";
import {
  forbidden,
  podsPath,
  type ScriptedCluster,
  service,
  servicePath,
  slicesPath,
  startCluster,
} from "./scripted-cluster.ts";

const target = { namespace: "kubeflow", service: "ml-pipeline-ui" };
const ports = [
  { name: "status", port: 15_021, targetPort: 1 },
  { name: "http2", port: 80, targetPort: "web" },
  { name: "https", port: 443, targetPort: 8443, appProtocol: "https" },
];

const slices = (
  named: Record<string, number>,
  targetRef: object | undefined = { kind: "Pod", name: "one", uid: "u" },
) =>
  [
    200,
    {
      metadata: {},
      items: Object.entries(named).map(([name, port]) => ({
        ports: [{ name, port }],
        endpoints: [{ conditions: {}, targetRef }],
      })),
    },
  ] as const;

async function opened(cluster: ScriptedCluster, port?: number | string) {
  const forward = await openPortForward(await cluster.client(), { ...target, port }, { patienceMs: 300 });
  onTestFinished(() => forward.close());
  return { service: forward.servicePort, pod: cluster.connections.at(-1)?.port };
}

const refusal = async (cluster: ScriptedCluster, port?: number | string): Promise<string> => {
  const opening = openPortForward(await cluster.client(), { ...target, port }, { patienceMs: 300 });
  const { code, message } = await rejection<PortForwardError>(opening);
  return `${code}: ${message}`;
};

describe("the port of a service", () => {
  test.each([
    [undefined, 80, 8080],
    [443, 443, 8443],
    ["https", 443, 8443],
    ["15021", 15_021, 1],
  ])("%s is its port %i, and port %i of the pod", async (asked, ofService, ofPod) => {
    const cluster = await startCluster();
    cluster.answers.set(servicePath, [200, service({ ports })]);
    cluster.answers.set(slicesPath, slices({ status: 1, http2: 8080, https: 8443 }));
    expect(await opened(cluster, asked)).toMatchObject({ service: { number: ofService }, pod: ofPod });
  });

  test("that it does not have is named with those that it has", async () => {
    const cluster = await startCluster();
    cluster.answers.set(servicePath, [200, service({ ports })]);
    expect(await refusal(cluster, 8080)).toBe(
      "UNKNOWN_PORT: The service kubeflow/ml-pipeline-ui has no port 8080. It has: 15021 (status), 80 (http2), 443 (https).",
    );
  });
});

describe("where EndpointSlices may not be read, pods are found by the selector", () => {
  const pod = (name: string, status: object, metadata: object = {}) => ({
    metadata: { name, uid: name, ...metadata },
    spec: { containers: [{ ports: [{ name: "web", containerPort: 8080 }] }] },
    status,
  });
  const ready = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };

  test("those that are ready and stay, with their own number for a port's name", async () => {
    const cluster = await startCluster();
    cluster.answers.set(servicePath, [200, service({ ports })]);
    cluster.answers.set(slicesPath, forbidden("endpointslices"));
    const pods = [
      pod("ends", ready, { deletionTimestamp: "2030-01-01T00:00:00Z" }),
      pod("starts", { phase: "Running", conditions: [{ type: "Ready", status: "False" }] }),
      pod("one", ready),
    ];
    cluster.answers.set(podsPath, [200, { metadata: {}, items: pods }]);
    expect(await opened(cluster)).toMatchObject({ pod: 8080 });
    expect(cluster.connections.map((connection) => connection.pod)).toEqual(["one"]);
    expect(cluster.server.seen.at(-1)?.query.get("labelSelector")).toBe("app=ui");
  });

  test("and where those may not be listed either, the refusal is that of the EndpointSlices", async () => {
    const cluster = await startCluster();
    cluster.answers.set(slicesPath, forbidden("endpointslices"));
    cluster.answers.set(podsPath, forbidden("pods"));
    const error = await rejection(openPortForward(await cluster.client(), target));
    expect(error).toMatchObject({ status: 403, message: expect.stringContaining("endpointslices is forbidden") });
  });
});

describe("a service that cannot be forwarded to is refused:", () => {
  test("one that is not there", async () => {
    const cluster = await startCluster();
    cluster.answers.set(servicePath, [404, statusBody(404, "NotFound", 'services "ml-pipeline-ui" not found')]);
    expect(await refusal(cluster)).toMatch(
      /^SERVICE_NOT_FOUND: There is no service ml-pipeline-ui in the namespace kubeflow of the cluster at http:/,
    );
  });

  test("one that is only another name", async () => {
    const cluster = await startCluster();
    cluster.answers.set(servicePath, [200, service({ type: "ExternalName", externalName: "db.example" })]);
    expect(await refusal(cluster)).toContain(
      "NO_PODS: The service kubeflow/ml-pipeline-ui has no pods: it is another name for db.example",
    );
  });

  test("one without a selector, for addresses that are no pods", async () => {
    const cluster = await startCluster();
    cluster.answers.set(slicesPath, [200, { metadata: {}, items: [{ ports: null, endpoints: [{ conditions: {} }] }] }]);
    expect(await refusal(cluster)).toContain(
      "NO_PODS: The service kubeflow/ml-pipeline-ui leads to addresses that are no pods",
    );
  });
});
