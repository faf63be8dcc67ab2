import { expect, test } from "vitest";
import { withoutSecrets } from "../../src/diagnosis/without-secrets.ts";

test.each([
  ["http://me:s3cr3t@proxy.example.com:3128", "http://***@proxy.example.com:3128"],
  ["http://me:s3cr3t@with@more@proxy.example.com", "http://***@proxy.example.com"],
  ["http://me:s3cr3t/with/slashes@proxy.example.com", "http://***@proxy.example.com"],
  ["http://me:s3cr3t#and?more@proxy.example.com", "http://***@proxy.example.com"],
  ["me:s3cr3t/@proxy.example.com:3128", "***@proxy.example.com:3128"],
  ["https://kubeflow.example.com/pipeline?token=s3cr3t", "https://kubeflow.example.com/pipeline"],
  ["https://kubeflow.example.com/#s3cr3t", "https://kubeflow.example.com/"],
])("%s is shown as %s", (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
  expect(withoutSecrets(text)).not.toContain("s3cr3t");
});

test.each(["https://kubeflow.example.com:8443/pipeline", "/home/ada@work/.kube/config:/etc/kube/b@c", "team-a"])(
  "%s holds no secret, and stays as it is",
  (text) => {
    expect(withoutSecrets(text)).toBe(text);
  },
);
