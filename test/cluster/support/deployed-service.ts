import { kubectl } from "./cluster.ts";

/** A service with pods behind it. */
export interface DeployedService {
  /** Of both; the node that the pods are on has the same name. */
  readonly namespace: string;
  readonly service: string;
  /** A service account of the namespace. */
  readonly account: string;
  readonly replicas: number;
}

/** The objects of a service on port 80, whose pods listen on port 3000, on a node and in a namespace of its own. */
export function deployedService({ namespace, service, account, replicas }: DeployedService): object[] {
  const labels = { app: service };
  const container = { name: service, image: "any", ports: [{ name: "web", containerPort: 3000 }] };
  return [
    { apiVersion: "v1", kind: "Node", metadata: { name: namespace, annotations: { "kwok.x-k8s.io/node": "fake" } } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: service, namespace },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { nodeName: namespace, containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service, namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: "web" }] },
    },
  ];
}

/** How many pods of a namespace are ready to be sent something. */
export async function readyEndpoints(namespace: string): Promise<number> {
  const path = "{range .items[*].endpoints[*]}{.conditions.ready}{end}";
  const said = await kubectl(["get", "endpointslices", "--namespace", namespace, "--output", `jsonpath=${path}`]);
  return said.split("true").length - 1;
}
