import { describe, expect, test } from "vitest";
import { environmentProxy } from "../../src/http/environment-proxy.ts";

const proxied = (url: string, env: Record<string, string>): boolean =>
  environmentProxy(new URL(url), env) !== undefined;
const cluster = "https://api.example.com:6443";

describe("the proxy of the environment", () => {
  test("is that of the server's protocol, in large letters first, and may lack its http://", () => {
    const env = {
      HTTPS_PROXY: "proxy.test:3128",
      https_proxy: "http://small.test",
      HTTP_PROXY: "http://me:p%40@plain",
    };
    expect(environmentProxy(new URL(cluster), env)).toEqual({
      host: "proxy.test",
      port: 3128,
      authorization: undefined,
    });
    expect(environmentProxy(new URL("http://api.example.com"), env)).toEqual({
      host: "plain",
      port: 80,
      authorization: `Basic ${btoa("me:p@")}`,
    });
    expect(environmentProxy(new URL(cluster), { https_proxy: "http://small.test:1" })?.host).toBe("small.test");
    expect(environmentProxy(new URL(cluster), { HTTP_PROXY: "http://plain", HTTPS_PROXY: "" })).toBeUndefined();
  });

  test.each(["https://localhost:6443", "https://127.0.0.1:6443", "https://127.8.8.8", "https://[::1]:6443"])(
    "is never asked for %s",
    (url) => {
      expect(proxied(url, { HTTPS_PROXY: "http://proxy" })).toBe(false);
    },
  );

  // What Go's own httpproxy package decides.
  test.each([
    ["*", cluster, true],
    ["example.com", cluster, true],
    ["example.com", "https://example.com", true],
    [".example.com", cluster, true],
    [".example.com", "https://example.com", false],
    ["*.example.com", cluster, true],
    ["ample.com", cluster, false],
    ["other.test, API.example.com ", cluster, true],
    ["api.example.com:6443", cluster, true],
    ["api.example.com:443", cluster, false],
    ["10.0.0.1", "https://10.0.0.1:6443", true],
    ["10.0.0.1:443", "https://10.0.0.1", true],
    ["10.0.0.1:443", "https://10.0.0.1:6443", false],
    ["10.0.0.0/8", "https://10.200.3.4:6443", true],
    ["10.0.0.0/8", "https://11.0.0.1:6443", false],
    ["10.0.0.0/33,10.0.0.0/x", "https://10.0.0.1", false],
    ["fd00::/8", "https://[fd00::1]:6443", true],
    ["fd00::1", "https://[fd00::1]:6443", true],
    ["[fd00::1]:6443", "https://[fd00::1]:6443", true],
    ["0.0.1", "https://10.0.0.1", false],
    ["", cluster, false],
  ])("NO_PROXY=%j: %s goes without it: %s", (list, url, without) => {
    expect(proxied(url, { HTTPS_PROXY: "http://proxy", NO_PROXY: list })).toBe(!without);
    expect(proxied(url, { https_proxy: "http://proxy", no_proxy: list })).toBe(!without);
  });

  test.each([
    [
      "socks5://me:s3cret@proxy",
      "UNSUPPORTED",
      "The variable HTTPS_PROXY is of the kind socks5://, and only http:// proxies are supported.",
    ],
    ["http://:s3cret@", "MALFORMED", "The variable HTTPS_PROXY is no URL."],
  ])("that cannot be used is an error: %s", (value, code, words) => {
    const wrong = () => environmentProxy(new URL(cluster), { HTTPS_PROXY: value });
    expect(wrong).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
    expect(wrong).not.toThrow("s3cret");
  });
});
