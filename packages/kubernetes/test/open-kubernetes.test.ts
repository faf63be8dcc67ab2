import { describe, expect, test } from "vitest";
import { type KubernetesConfigError, kubernetesInCluster, openKubernetes } from "../src/index.ts";
import { filesOf, kubeconfigText, rejection, systemError } from "./api-server.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const podFiles = { [`${folder}/token`]: "pod", [`${folder}/ca.crt`]: ca, [`${folder}/namespace`]: "team-a\n" };
const podEnv = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443", HOME: "/people/dev" };
const homeConfig = { "/people/dev/.kube/config": kubeconfigText({ server: "https://home:1" }) };
const listedConfig = { "/listed": kubeconfigText({ server: "https://listed:1" }) };
const namedConfig = { "/named": kubeconfigText({ server: "https://named:1" }) };
const everything = filesOf({ ...podFiles, ...homeConfig, ...listedConfig, ...namedConfig });

describe("a cluster is found", () => {
  test("by the kubeconfig that is named, before all", async () => {
    const env = { ...podEnv, KUBECONFIG: "/listed" };
    const { access } = await openKubernetes({ kubeconfig: "/named", env, readFile: everything });
    expect(access.server).toBe("https://named:1");
  });

  test("by KUBECONFIG, also in a pod", async () => {
    const { access } = await openKubernetes({ env: { ...podEnv, KUBECONFIG: "/listed" }, readFile: everything });
    expect(access.server).toBe("https://listed:1");
  });

  test("around a pod", async () => {
    const { access } = await openKubernetes({ env: podEnv, readFile: everything });
    expect(access).toEqual({
      source: "in-cluster",
      context: undefined,
      server: "https://10.0.0.1:443",
      namespace: "team-a",
    });
  });

  test("by the user's own kubeconfig, also in a pod where a context is named or there is no token", async () => {
    const { access } = await openKubernetes({ env: { HOME: "/people/dev" }, readFile: everything });
    expect(access.server).toBe("https://home:1");
    const named = await openKubernetes({ env: podEnv, context: "test", readFile: everything });
    expect(named.access.server).toBe("https://home:1");
    const tokenless = await openKubernetes({ env: podEnv, readFile: filesOf(homeConfig) });
    expect(tokenless.access.server).toBe("https://home:1");
  });
});

describe("no cluster is found: the error lists what was looked at", () => {
  const nothing = filesOf({});
  test("nowhere", async () => {
    const error = await rejection<KubernetesConfigError>(
      openKubernetes({ env: { HOME: "/people/dev" }, readFile: nothing }),
    );
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toBe(
      "No Kubernetes cluster found: KUBECONFIG is not set, this is no pod (KUBERNETES_SERVICE_HOST is not set), /people/dev/.kube/config does not exist. Name a kubeconfig, set KUBECONFIG, or log in to the cluster with its own tool.",
    );
    expect(error.lookedAt).toEqual([
      "KUBECONFIG",
      "KUBERNETES_SERVICE_HOST",
      "KUBERNETES_SERVICE_PORT",
      `${folder}/token`,
      `${folder}/ca.crt`,
      "/people/dev/.kube/config",
    ]);
  });

  test("in a pod without a token, and without HOME", async () => {
    const env = { ...podEnv, HOME: undefined };
    const error = await rejection<KubernetesConfigError>(openKubernetes({ env, readFile: nothing }));
    expect(error.message).toContain(`this pod has no token of its service account (${folder}/token), HOME is not set.`);
  });

  test("in the files of KUBECONFIG", async () => {
    const error = await rejection<KubernetesConfigError>(
      openKubernetes({ env: { ...podEnv, KUBECONFIG: "/one:/two" }, readFile: filesOf(podFiles) }),
    );
    expect(error.message).toContain("KUBECONFIG names /one, /two, and none of these files exists.");
    expect(error.lookedAt).toEqual(["/one", "/two"]);
  });
});

describe("in a pod", () => {
  const failure = (env: Record<string, string>, files: Record<string, string | Error>) =>
    rejection<KubernetesConfigError>(kubernetesInCluster({ env, readFile: filesOf(files) }));

  test("an address of IPv6 gets its brackets, and a missing namespace is none", async () => {
    const { [`${folder}/namespace`]: _, ...files } = podFiles;
    const env = { ...podEnv, KUBERNETES_SERVICE_HOST: "fd00::1" };
    const { access } = await kubernetesInCluster({ env, readFile: filesOf(files) });
    expect(access).toMatchObject({ server: "https://[fd00::1]:443", namespace: undefined });
  });

  test("elsewhere it is refused", async () => {
    const error = await failure({}, podFiles);
    expect(error).toMatchObject({
      code: "NOT_FOUND",
      message: "Not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod.",
    });
  });

  test("a missing token says how it got lost", async () => {
    const error = await failure(podEnv, {});
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toContain(`${folder}/token does not exist. Remove automountServiceAccountToken: false`);
  });

  test.each([
    ["an empty token", { [`${folder}/token`]: "" }, "NO_CREDENTIALS", "is empty"],
    [
      "an unreadable token",
      { [`${folder}/token`]: systemError("EACCES") },
      "NO_CREDENTIALS",
      "cannot be read (EACCES)",
    ],
    [
      "unreadable certificates",
      { [`${folder}/ca.crt`]: systemError("EACCES") },
      "UNREADABLE",
      "cannot be read (EACCES)",
    ],
    ["certificates that are none", { [`${folder}/ca.crt`]: "none" }, "MALFORMED", "holds no certificate in PEM form"],
  ])("%s", async (_, files, code, words) => {
    const error = await failure(podEnv, { ...podFiles, ...files });
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});
