import { describe, expect, test } from "vitest";
import { isClusterName, isLoopback, parseHost } from "../../src/http/trusted-host.ts";
import { randomFrom } from "../random.ts";

function isTrusted(value: string): boolean {
  const parsed = parseHost(value);
  return parsed !== undefined && (isLoopback(parsed.host) || isClusterName(parsed.host));
}

describe("hosts", () => {
  test.each([
    "localhost",
    "LOCALHOST",
    "localhost:3000",
    "127.0.0.1",
    "127.0.0.1:80",
    "127.255.0.3:65535",
    "[::1]",
    "[::1]:3000",
    "[0:0:0:0:0:0:0:1]",
    "ml-pipeline",
    "ml-pipeline:8888",
    "ml-pipeline-ui:80",
    "ml-pipeline.kubeflow",
    "ml-pipeline-ui.kubeflow",
    "ml-pipeline-ui.team-a:80",
    "ml-pipeline.kubeflow.svc",
    "ml-pipeline-ui.kubeflow.svc.cluster.local:80",
    "ML-Pipeline.Kubeflow.svc",
    "ml-pipeline.data.svc",
  ])("%s is this server", (host) => {
    expect(isTrusted(host)).toBe(true);
  });

  test.each([
    "",
    "localhost.evil.com",
    "evil.com",
    "evillocalhost",
    "app.localhost",
    "localhost.",
    "localhost:",
    "localhost:99999",
    "localhost:3000@evil.com",
    "localhost:3000:3000",
    "user@localhost",
    "user:password@localhost",
    "localhost#.evil.com",
    "localhost/evil",
    "localhost, evil.com",
    "localhost evil.com",
    " localhost",
    "127.0.0.1.evil.com",
    "127.0.0.1.nip.io",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.0.0.01",
    "127.0.0.256",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "2130706433",
    "0",
    "0.0.0.0",
    "128.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "[::]",
    "[::2]",
    "[::1%lo]",
    "[::1%25lo]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::1",
    "::1",
    "[::1]evil.com",
    "[127.0.0.1]",
    "l\u00f6calhost",
    "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
    "localhos\u0442",
    "xn--localhost",
    "local_host",
    "-localhost",
    "localhost-",
    "ml-pipeline.com",
    "ml-pipeline-ui.dev",
    "ml-pipeline.de",
    "ml-pipeline.xn--p1ai",
    "ml-pipeline.kubeflow.evil.com",
    "ml-pipeline.kubeflow.svc.cluster.local.evil.com",
    "ml-pipeline.kubeflow.svc.cluster",
    "ml-pipeline.kubeflow.cluster.local",
    "ml-pipeline.a.b.svc",
    "ml-pipeline-evil.kubeflow",
    "xml-pipeline.kubeflow",
    "ml-pipeline..svc",
  ])("%j is another one", (host) => {
    expect(isTrusted(host)).toBe(false);
  });

  test("whatever is put together from parts of good and of bad ones, only what means this machine is trusted", () => {
    const parts = [
      "localhost",
      "127.0.0.1",
      "[::1]",
      "evil",
      "com",
      "kubeflow",
      "ml-pipeline",
      "ml-pipeline-ui",
      "svc",
    ];
    const glue = [
      ".",
      ":",
      "@",
      "/",
      "\\",
      "#",
      "?",
      "%2e",
      " ",
      "\t",
      ",",
      "",
      "-",
      "_",
      ":80",
      "0x",
      "\u3002",
      "cluster.local",
    ];
    const good =
      /^(localhost|127(\.\d{1,3}){3}|\[::1\]|ml-pipeline(-ui)?(\.(?!com$|com:)[a-z0-9-]+(\.svc(\.cluster\.local)?)?)?)(:\d{1,5})?$/;
    const random = randomFrom(20261122);
    let trusted = 0;
    for (let round = 0; round < 50_000; round += 1) {
      let host = "";
      for (let count = 1 + random(3); count > 0; count -= 1) {
        host += `${parts[random(parts.length)]}${random(2) === 0 ? "" : glue[random(glue.length)]}`;
      }
      if (!isTrusted(host)) continue;
      trusted += 1;
      expect(host).toMatch(good);
    }
    expect(trusted).toBeGreaterThan(500);
  });
});
