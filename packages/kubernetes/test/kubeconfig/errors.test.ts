import { describe, expect, test } from "vitest";
import { type KubeconfigOptions, KubernetesConfigError, kubernetesFromKubeconfig } from "../../src/index.ts";
import { filesOf, kubeconfigText, rejection, systemError } from "../api-server.ts";

const path = "/people/dev/.kube/config";
const failure = async (
  text: string | Error,
  options: Partial<KubeconfigOptions> = {},
): Promise<KubernetesConfigError> => {
  const error = await rejection<KubernetesConfigError>(
    kubernetesFromKubeconfig({ env: { HOME: "/people/dev" }, readFile: filesOf({ [path]: text }), ...options }),
  );
  expect(error).toBeInstanceOf(KubernetesConfigError);
  return error;
};
const withUser = (user: object) => failure(kubeconfigText({ server: "https://127.0.0.1:6443" }, user));
const withCluster = (cluster: object) => failure(kubeconfigText(cluster));

describe("a kubeconfig that is not to be had", () => {
  test("none at all: what was looked at", async () => {
    const error = await rejection<KubernetesConfigError>(
      kubernetesFromKubeconfig({ env: { HOME: "/people/dev" }, readFile: filesOf({}) }),
    );
    expect(error).toMatchObject({ code: "NOT_FOUND", lookedAt: [path] });
    expect(error.message).toBe(`There is no kubeconfig. Looked at: ${path}. Set KUBECONFIG, or name a file.`);
  });

  test("one that is named must exist", async () => {
    const error = await failure("", { kubeconfig: "/nowhere" });
    expect(error).toMatchObject({ code: "NOT_FOUND", lookedAt: ["/nowhere"] });
    expect(error.message).toContain("The kubeconfig /nowhere does not exist.");
  });

  test.each([
    ["EACCES", `The kubeconfig ${path} cannot be read (EACCES). Give yourself the right to read it.`],
    ["EISDIR", `The kubeconfig ${path} is a folder. Name the file of a kubeconfig.`],
  ])("unreadable: %s", async (code, message) => {
    expect(await failure(systemError(code))).toMatchObject({ code: "UNREADABLE", message });
  });
});

describe("a malformed kubeconfig names the file, the line and what is wrong, and quotes nothing", () => {
  test("broken YAML", async () => {
    const error = await failure('clusters:\n- name: a\n  cluster: {server: "s3cret\n');
    expect(error.code).toBe("MALFORMED");
    expect(error.message).toMatch(/^The kubeconfig \/people\/dev\/\.kube\/config, line \d+: it is no YAML: /);
    expect(`${error.message}${String(error.cause)}`).not.toContain("s3cret");
  });

  test.each([
    ["- a list\n", 1, "the document must be a map"],
    ["users:\n- name: a\n  user:\n    token: 12345\n", 4, "users[0].user.token must be text (put it in quotes)"],
    ["a: 1\nclusters:\n  name: a\n", 3, "clusters must be a list"],
    [
      "clusters:\n- name: a\n  cluster:\n    server: https://a\n    insecure-skip-tls-verify: 'yes'\n",
      5,
      "clusters[0].cluster.insecure-skip-tls-verify must be true or false",
    ],
    [
      "users:\n- name: a\n- name: b\n  user:\n    exec:\n      args: [one,\n        2]\n",
      7,
      "users[1].user.exec.args[1] must be text (put it in quotes)",
    ],
  ])("%j", async (text, line, words) => {
    const error = await failure(text);
    expect(error).toMatchObject({ code: "MALFORMED", message: `The kubeconfig ${path}, line ${line}: ${words}.` });
  });

  test("another kind of document", async () => {
    expect((await failure("kind: Pod\n")).message).toBe(`The kubeconfig ${path} is of kind Pod, not Config.`);
  });

  test("two entries of one name", async () => {
    const error = await failure("users:\n- {name: a}\n- {name: a}\n");
    expect(error.message).toBe(`The kubeconfig ${path} has two entries "a" in users. Rename or remove one.`);
  });
});

describe("a context that cannot be used", () => {
  const text = (current: string, context: object) =>
    JSON.stringify({
      "current-context": current,
      clusters: [{ name: "kind", cluster: { server: "https://127.0.0.1:6443" } }],
      users: [{ name: "admin", user: { token: "t" } }],
      contexts: [
        { name: "dev", context },
        { name: "prod", context },
      ],
    });

  test("no current one: lists those that there are", async () => {
    const error = await failure(text("", { cluster: "kind" }));
    expect(error.code).toBe("NO_CONTEXT");
    expect(error.message).toBe(
      `The kubeconfig (${path}) has no current-context. Contexts there: dev, prod. Name a context, or set one: kubectl config use-context NAME.`,
    );
  });

  test("an empty file has none", async () => {
    expect((await failure("")).message).toContain("It has no contexts.");
  });

  test("unknown: lists those that there are", async () => {
    const named = await failure(text("dev", {}), { context: "stage" });
    expect(named.code).toBe("UNKNOWN_CONTEXT");
    expect(named.message).toBe(`The context "stage" is not in the kubeconfig (${path}). Contexts there: dev, prod.`);
    const current = await failure(text("stage", {}));
    expect(current.message).toContain('The current-context "stage" is not in the kubeconfig');
  });

  test("a cluster or a user that is not there", async () => {
    const cluster = await failure(text("dev", { cluster: "gone", user: "admin" }));
    expect(cluster.code).toBe("UNKNOWN_CLUSTER");
    expect(cluster.message).toBe(
      `The context "dev" of ${path} names the cluster "gone", which does not exist. Clusters there: kind.`,
    );
    expect((await failure(text("dev", {}))).message).toContain(
      'The context "dev" of /people/dev/.kube/config names no cluster.',
    );
    const user = await failure(text("dev", { cluster: "kind", user: "gone" }));
    expect(user.code).toBe("UNKNOWN_USER");
    expect(user.message).toBe(
      `The context "dev" of ${path} names the user "gone", who does not exist. Users there: admin.`,
    );
  });
});

describe("a cluster that cannot be used", () => {
  const of = `cluster "test-cluster" in ${path}`;
  test.each([
    [{}, "MALFORMED", `The ${of} has no server. Set it, such as https://127.0.0.1:6443.`],
    [{ server: "localhost:6443" }, "MALFORMED", "has a server that is no http or https URL"],
    [{ server: "https://me:s3cret@host" }, "UNSUPPORTED", `The ${of} has a user name or a password in its server.`],
    [{ server: "https://a", "proxy-url": "socks5://s3cret:1" }, "UNSUPPORTED", "only http:// proxies are supported"],
    [{ server: "https://a", "proxy-url": "//" }, "MALFORMED", "has a proxy-url that is no URL."],
    [
      { server: "https://a", "certificate-authority": "ca.crt" },
      "UNREADABLE",
      "The file /people/dev/.kube/ca.crt (certificate-authority of",
    ],
    [
      { server: "https://a", "certificate-authority-data": "bm9uZQ==" },
      "MALFORMED",
      "holds no certificate in PEM form",
    ],
    [
      {
        server: "https://a",
        "insecure-skip-tls-verify": true,
        "certificate-authority-data": Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64"),
      },
      "MALFORMED",
      "has both insecure-skip-tls-verify and a certificate-authority",
    ],
  ])("%j", async (cluster, code, words) => {
    const error = await withCluster(cluster);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("s3cret");
  });

  test("without TLS on another machine, where a user's credentials would be open to all", async () => {
    const error = await withCluster({ server: "http://10.1.2.3:8080" });
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain("is at http://10.1.2.3:8080, without TLS");
  });
});

describe("a user who cannot be used", () => {
  test.each([
    [
      { "auth-provider": { name: "gcp" } },
      "UNSUPPORTED",
      'has the auth-provider "gcp". Kubernetes took these away in 1.26',
    ],
    [{ token: "a", username: "b", password: "s3cret" }, "MALFORMED", "has both a token and a password"],
    [{ token: "s3cret\nline" }, "MALFORMED", "has a token that no header can hold"],
    [
      { "client-certificate-data": btoa("-----BEGIN CERTIFICATE-----") },
      "MALFORMED",
      "has a client-certificate and no client-key",
    ],
    [
      { "client-key-data": btoa("-----BEGIN EC PRIVATE KEY-----") },
      "MALFORMED",
      "has a client-key and no client-certificate",
    ],
    [{ "client-key-data": btoa("s3cret") }, "MALFORMED", "client-key-data of user"],
    [{ "client-certificate": "me.crt" }, "UNREADABLE", "The file /people/dev/.kube/me.crt"],
    [{ "as-groups": ["a"] }, "MALFORMED", 'has as-uid, as-groups or as-user-extra, and no "as"'],
    [{ exec: { apiVersion: "client.authentication.k8s.io/v1" } }, "MALFORMED", "has no command"],
    [{ exec: { command: "x" } }, "MALFORMED", "has no apiVersion"],
    [
      { exec: { command: "x", apiVersion: "client.authentication.k8s.io/v1alpha1" } },
      "UNSUPPORTED",
      "has the apiVersion client.authentication.k8s.io/v1alpha1; it must be client.authentication.k8s.io/v1 or",
    ],
    [{ exec: { command: "x", apiVersion: "client.authentication.k8s.io/v1" } }, "MALFORMED", "has no interactiveMode"],
    [
      { exec: { command: "x", apiVersion: "client.authentication.k8s.io/v1beta1", interactiveMode: "Maybe" } },
      "MALFORMED",
      'has the interactiveMode "Maybe"; it must be Never, IfAvailable or Always',
    ],
    [
      { exec: { command: "x", apiVersion: "client.authentication.k8s.io/v1beta1", env: [{ value: "v" }] } },
      "MALFORMED",
      "has a variable in env without a name",
    ],
  ])("%j", async (user, code, words) => {
    const error = await withUser(user);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain('user "test-user" in /people/dev/.kube/config');
    expect(error.message).not.toContain("s3cret");
  });
});
