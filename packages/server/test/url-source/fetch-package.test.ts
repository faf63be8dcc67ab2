import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StatusError } from "@kfp-ts/api";
import { afterEach, describe, expect, test } from "vitest";
import { createFetchPackage, type SendRequest, type UrlSourceOptions } from "../../src/url-source/fetch-package.ts";
import type { Resolve } from "../../src/url-source/guarded-lookup.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A source whose every host is a server of this test; `asked` says what it was asked for. */
async function source(listener: RequestListener, options: UrlSourceOptions = {}) {
  const asked: string[] = [];
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const { port } = made.address() as AddressInfo;
  const request: SendRequest = (url, { signal }, onResponse) => {
    asked.push(url.href);
    return httpRequest({ host: "127.0.0.1", port, path: url.pathname + url.search, signal }, onResponse);
  };
  return { asked, fetchPackage: createFetchPackage({ request, ...options }) };
}

async function refusal(fetching: Promise<unknown>): Promise<{ message: string; reason: string }> {
  const error: unknown = await fetching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StatusError);
  const { code, message, cause } = error as StatusError;
  expect(code).toBe("INVALID_ARGUMENT");
  return { message, reason: cause instanceof Error ? cause.message : "" };
}

describe("a package is fetched", () => {
  test("from an allowed host, and called by the last part of its path", async () => {
    const { fetchPackage, asked } = await source((_incoming, outgoing) => outgoing.end("a: 1"));
    const file = await fetchPackage("https://raw.githubusercontent.com/a/b/my%20pipeline.yaml?token=x");
    expect({ ...file, bytes: Buffer.from(file.bytes).toString() }).toEqual({ name: "my pipeline.yaml", bytes: "a: 1" });
    expect(asked).toEqual(["https://raw.githubusercontent.com/a/b/my%20pipeline.yaml?token=x"]);
  });

  test("through redirects, each of which is checked", async () => {
    const { fetchPackage, asked } = await source((incoming, outgoing) => {
      if (incoming.url === "/a.yaml") outgoing.writeHead(302, { location: "/b/c.yaml" }).end();
      else if (incoming.url === "/b/c.yaml")
        outgoing.writeHead(307, { location: "https://storage.googleapis.com/d" }).end();
      else outgoing.end("a: 1");
    });
    expect((await fetchPackage("https://github.com/a.yaml")).name).toBe("a.yaml");
    expect(asked).toEqual([
      "https://github.com/a.yaml",
      "https://github.com/b/c.yaml",
      "https://storage.googleapis.com/d",
    ]);
  });

  test("not through a redirect to where it must not go", async () => {
    for (const location of [
      "https://169.254.169.254/latest",
      "http://github.com/x",
      "https://evil.example/",
      "file:///etc/passwd",
      "https://github.com:8443/",
    ]) {
      const { fetchPackage, asked } = await source(
        (_incoming, outgoing) => void outgoing.writeHead(302, { location }).end(),
      );
      expect((await refusal(fetchPackage("https://github.com/a.yaml"))).message).toBe("Pipeline URL validation failed");
      expect(asked).toHaveLength(1);
      server?.close();
    }
  });

  test("not through redirects without end", async () => {
    const { fetchPackage, asked } = await source(
      (_incoming, outgoing) => void outgoing.writeHead(301, { location: "/again" }).end(),
    );
    expect((await refusal(fetchPackage("https://github.com/a"))).message).toContain("more than 10 redirects");
    expect(asked).toHaveLength(11);
  });

  test("not where it is not there", async () => {
    const { fetchPackage } = await source((_incoming, outgoing) => void outgoing.writeHead(404).end());
    expect((await refusal(fetchPackage("https://github.com/a.yaml?token=secret"))).message).toBe(
      "error fetching pipeline spec from https://github.com/a.yaml - request returned 404",
    );
  });

  test("not where it is too large, announced or not", async () => {
    const { fetchPackage } = await source(
      (_incoming, outgoing) => {
        outgoing.write(Buffer.alloc(800_000));
        outgoing.end(Buffer.alloc(800_000));
      },
      { maxBytes: 2 ** 20 },
    );
    expect((await refusal(fetchPackage("https://github.com/a"))).message).toContain("larger than 1 MiB");
  });

  test("not where it is compressed, because that could hide its size", async () => {
    const { fetchPackage } = await source(
      (_incoming, outgoing) => void outgoing.writeHead(200, { "content-encoding": "gzip" }).end("x"),
    );
    expect((await refusal(fetchPackage("https://github.com/a"))).message).toContain('encoded as "gzip"');
  });

  test("not where it takes too long, before the answer or in the middle of it", async () => {
    for (const listener of [
      () => undefined,
      (_: unknown, outgoing: { write(text: string): unknown }) => void outgoing.write("a"),
    ]) {
      const { fetchPackage } = await source(listener as RequestListener, { timeoutMs: 150 });
      expect((await refusal(fetchPackage("https://github.com/a"))).message).toContain("longer than 0.15 seconds");
      server?.closeAllConnections();
    }
  });

  test("not where the connection breaks", async () => {
    const { fetchPackage } = await source((incoming) => void incoming.socket.destroy());
    expect((await refusal(fetchPackage("https://github.com/a?token=secret"))).message).toBe(
      "error downloading the pipeline spec from https://github.com/a: the connection broke",
    );
  });
});

describe("a URL is refused before anything is sent", () => {
  const never: SendRequest = () => {
    throw new Error("A request was sent.");
  };
  const options = { request: never, allowedDomains: ["*.example.org", "*.*.internal", "10.*", "127.0.0.1", "[::1]"] };

  test.each([
    ["https://127.0.0.1/p.yaml", "127.0.0.1"],
    ["https://2130706433/p.yaml", "127.0.0.1"],
    ["https://10.0.0.1/p.yaml", "10.0.0.1"],
    ["https://[::1]/p.yaml", "::1"],
    ["http://storage.googleapis.com/p.yaml", "the scheme"],
    ["file:///etc/passwd", "the scheme"],
    ["ftp://github.com/x", "the scheme"],
    ["https://github.com:8443/p.yaml", "the port 8443"],
    ["https://user:secret@github.com/p.yaml", "a user name or a password"],
    ["https://example.com/p.yaml", "not among the allowed ones"],
    ["https://github.com.evil.example/p.yaml", "not among the allowed ones"],
    ["https://evil.example/github.com", "not among the allowed ones"],
    ["https://example.org/p.yaml", "not among the allowed ones"],
    ["https://a.internal/p.yaml", "not among the allowed ones"],
    ["/etc/passwd", "no absolute URL"],
    ["", "no absolute URL"],
  ])("%s", async (url, reason) => {
    const refused = await refusal(createFetchPackage(options)(url));
    expect(refused.message).toBe("Pipeline URL validation failed");
    expect(refused.reason).toContain(reason);
    expect(refused.reason).not.toContain("secret");
  });

  test("a pattern of a hundred stars is no trouble", async () => {
    const allowedDomains = [`${"*a".repeat(100)}b`];
    await refusal(
      createFetchPackage({ request: never, allowedDomains })(`https://${"a".repeat(60)}.${"a".repeat(60)}.com/`),
    );
  });

  test("http and further hosts are for those who ask for them", async () => {
    const { fetchPackage } = await source((_incoming, outgoing) => outgoing.end("a: 1"), {
      allowHttp: true,
      allowedDomains: [" *.Example.ORG "],
    });
    expect((await fetchPackage("http://pipelines.example.org./p.yaml")).name).toBe("p.yaml");
    expect((await fetchPackage("https://github.com:443/p.yaml")).name).toBe("p.yaml");
  });
});

describe("the addresses of a host", () => {
  async function connectionsTo(
    resolve: Resolve,
  ): Promise<{ refused: { message: string; reason: string }; connections: number }> {
    let connections = 0;
    const made = createServer().on("connection", () => {
      connections += 1;
    });
    server = made;
    await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
    const { port } = made.address() as AddressInfo;
    const request: SendRequest = (url, options, onResponse) =>
      httpRequest({ ...options, host: url.hostname, port }, onResponse);
    const refused = await refusal(createFetchPackage({ request, resolve })("https://github.com/p.yaml"));
    return { refused, connections };
  }

  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "100.64.0.1",
    "::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
  ])("must be public: no connection is made to %s", async (address) => {
    const { refused, connections } = await connectionsTo(async () => [
      { address, family: address.includes(":") ? 6 : 4 },
    ]);
    expect(refused).toEqual({ message: "Pipeline URL validation failed", reason: expect.stringContaining(address) });
    expect(connections).toBe(0);
  });

  test("are looked at by what really sends requests, over https", async () => {
    const resolve: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const refused = await refusal(createFetchPackage({ resolve })("https://github.com/p.yaml"));
    expect(refused.message).toBe("Pipeline URL validation failed");
  });

  test("must all be public", async () => {
    const { refused } = await connectionsTo(async () => [
      { address: "140.82.121.4", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ]);
    expect(refused.message).toBe("Pipeline URL validation failed");
  });

  test("must be there", async () => {
    const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    expect((await connectionsTo(() => Promise.reject(unknown))).refused.message).toContain("its host is not known");
    expect((await connectionsTo(async () => [])).refused.message).toContain("error downloading");
  });
});
