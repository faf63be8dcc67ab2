import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HeaderTrust } from "../../src/authentication/header-trust.ts";
import { identityHeader } from "../../src/authentication/identity-header.ts";
import { inProcessIdentity } from "../../src/authentication/in-process.ts";
import { SecretFile } from "../../src/authentication/secret-file.ts";
import type { Arrival } from "../../src/ports/authenticator.ts";
import { claims, fromAfar } from "./claims-of.ts";

const fromHere: Arrival = { by: "tcp", fromLoopback: true };
const overSocket: Arrival = { by: "unix socket" };
const withCertificate = (...names: string[]): Arrival => ({ by: "mutual TLS", names });
const inProcess: Arrival = { by: "this process", user: undefined };
const alice = [["kubeflow-userid", "alice@example.com"]] as const;
const known = (user: string) => ({ outcome: "known", identity: { user } });
const unixSocket: HeaderTrust = { by: "unix socket" };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-secret-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("an identity header", () => {
  test.each<Arrival>([fromAfar, fromHere, overSocket, withCertificate("gateway"), inProcess])(
    "that is only named has no effect, however it comes (%o)",
    async (arrival) => {
      const found = await identityHeader({ header: "kubeflow-userid" }).authenticate(claims(alice, arrival));
      expect(found).toEqual({
        outcome: "absent",
        reason: expect.stringMatching(
          /'kubeflow-userid' header was sent and does not count.*--identity-from unix:PATH/,
        ),
      });
    },
  );

  test("that was not sent is not spoken of", async () => {
    expect(await identityHeader().authenticate(claims([]))).toEqual({
      outcome: "absent",
      reason: "Request header error: there is no user identity header.",
    });
  });

  test("is trusted on the unix socket where that is chosen, and nowhere else", async () => {
    const authenticator = identityHeader({ trust: unixSocket });
    expect(await authenticator.authenticate(claims(alice, overSocket))).toEqual(known("alice@example.com"));
    for (const arrival of [fromAfar, fromHere, withCertificate("gateway"), inProcess]) {
      expect((await authenticator.authenticate(claims(alice, arrival))).outcome).toBe("absent");
    }
  });

  test("is trusted with a client certificate that has one of the names, and without one nowhere", async () => {
    const authenticator = identityHeader({ trust: { by: "mutual TLS", names: ["gateway", "spiffe://cluster/gw"] } });
    const outcome = async (arrival: Arrival) => (await authenticator.authenticate(claims(alice, arrival))).outcome;
    expect(await outcome(withCertificate("other", "spiffe://cluster/gw"))).toBe("known");
    expect(await outcome(withCertificate("gateway.evil.example", "Gateway"))).toBe("absent");
    for (const arrival of [withCertificate(), fromAfar, fromHere, overSocket, inProcess]) {
      expect(await outcome(arrival)).toBe("absent");
    }
  });

  test("of any local client is trusted from this machine only", async () => {
    const authenticator = identityHeader({ trust: { by: "any local client" } });
    expect(await authenticator.authenticate(claims(alice, fromHere))).toEqual(known("alice@example.com"));
    expect((await authenticator.authenticate(claims(alice, fromAfar))).outcome).toBe("absent");
  });

  test.each([
    [
      "two of them",
      [...alice, ["Kubeflow-UserID", "vic@example.com"] as const],
      "unexpected number of 'kubeflow-userid' headers. Expect 1 got 2",
    ],
    ["two equal ones", [...alice, ...alice], "Expect 1 got 2"],
    ["an empty one", [["kubeflow-userid", ""]] as const, "is empty"],
    ["one of spaces", [["kubeflow-userid", " \t "]] as const, "is empty"],
    ["one that is no UTF-8", [["kubeflow-userid", "\xff\xfe"]] as const, "Expected UTF-8"],
  ])("is refused: %s", async (_what, headers, reason) => {
    const found = await identityHeader({ trust: unixSocket }).authenticate(claims(headers, overSocket));
    expect(found).toEqual({ outcome: "refused", reason: expect.stringContaining(reason) });
  });

  test("is read without the spaces around it, in whatever case it is named, and as UTF-8", async () => {
    const read = async (name: string, value: string) =>
      identityHeader({ header: "X-User", trust: unixSocket }).authenticate(claims([[name, value]], overSocket));
    expect(await read("x-USER", " alice@example.com\t")).toEqual(known("alice@example.com"));
    expect(await read("x-user", Buffer.from("jürgen@example.com").toString("latin1"))).toEqual(
      known("jürgen@example.com"),
    );
    expect(await read("x-user", "ALICE@example.com")).toEqual(known("ALICE@example.com"));
    // A byte order mark belongs to a name as every other character does: it is somebody else's.
    const marked = Buffer.from("\ufeffalice@example.com").toString("latin1");
    expect(await read("x-user", marked)).toEqual(known("\ufeffalice@example.com"));
  });

  test("needs its prefix, which is no part of the name", async () => {
    const read = async (value: string) =>
      identityHeader({ prefix: "accounts.google.com:", trust: unixSocket }).authenticate(
        claims([["kubeflow-userid", value]], overSocket),
      );
    expect(await read("accounts.google.com:alice@example.com")).toEqual(known("alice@example.com"));
    expect(await read("alice@example.com")).toEqual({
      outcome: "refused",
      reason: "Header 'kubeflow-userid' is incorrectly formatted. Expected prefix 'accounts.google.com:'",
    });
    expect((await read("accounts.google.com:")).outcome).toBe("refused");
  });
});

describe("a secret header", () => {
  const secretFile = async (name: string, content: string, mode = 0o600): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    await chmod(path, mode);
    return path;
  };
  const asking = (path: string, header?: string) => {
    const authenticator = identityHeader({ trust: { by: "secret header", header, secret: new SecretFile(path) } });
    return (...secrets: string[]) =>
      authenticator.authenticate(
        claims([...alice, ...secrets.map((value) => [header ?? "x-kfp-ts-identity-secret", value] as const)], fromHere),
      );
  };

  test("vouches for the identity header with the secret of the file, without the line end behind it", async () => {
    const ask = asking(await secretFile("right", "correct horse battery\n"));
    expect(await ask("correct horse battery")).toEqual(known("alice@example.com"));
    for (const wrong of ["", "correct horse batter", "correct horse battery2", "Correct horse battery", "\xff"]) {
      const found = await ask(wrong);
      expect(found.outcome).toBe("absent");
      expect(JSON.stringify(found)).not.toContain("horse");
    }
    expect((await ask()).outcome).toBe("absent");
    expect((await ask("correct horse battery", "correct horse battery")).outcome).toBe("absent");
  });

  test("can have another name, and a secret outside of ASCII", async () => {
    const ask = asking(await secretFile("umlaut", "schlüssel"), "X-Proxy-Secret");
    expect(await ask(Buffer.from("schlüssel").toString("latin1"))).toEqual(known("alice@example.com"));
  });

  test("is read again when the file has changed", async () => {
    const path = await secretFile("rotated", "first secret");
    const ask = asking(path);
    expect((await ask("first secret")).outcome).toBe("known");
    await secretFile("rotated", "other secret");
    expect((await ask("first secret")).outcome).toBe("absent");
    expect((await ask("other secret")).outcome).toBe("known");
  });

  test("vouches for nothing while its file is open to others, empty or gone: the server cannot tell then", async () => {
    const unavailable = { name: "ReviewUnavailableError", retryAfterSeconds: 10 };
    const path = await secretFile("wide", "secret", 0o640);
    await expect(asking(path)("secret")).rejects.toMatchObject(unavailable);
    await expect(new SecretFile(path).read()).rejects.toThrow(`chmod 600 ${path}`);
    await expect(asking(await secretFile("empty", " \n"))("")).rejects.toMatchObject(unavailable);
    await expect(asking(join(folder, "gone"))("secret")).rejects.toMatchObject(unavailable);
    await expect(new SecretFile(join(folder, "gone")).read()).rejects.toThrow("cannot be read (ENOENT)");
    await expect(new SecretFile(folder).read()).rejects.toThrow("is no file");
  });

  test("of a file that is opened to others later counts no more", async () => {
    const path = await secretFile("widened", "secret");
    const ask = asking(path);
    expect((await ask("secret")).outcome).toBe("known");
    await chmod(path, 0o644);
    await expect(ask("secret")).rejects.toMatchObject({ name: "ReviewUnavailableError" });
  });
});

describe("a gateway in this process", () => {
  test("is believed whom it names", async () => {
    const ask = (arrival: Arrival) => inProcessIdentity().authenticate(claims(alice, arrival));
    expect(await ask({ by: "this process", user: "vic@example.com" })).toEqual(known("vic@example.com"));
    expect((await ask({ by: "this process", user: undefined })).outcome).toBe("absent");
    expect((await ask({ by: "this process", user: "" })).outcome).toBe("refused");
    for (const arrival of [fromAfar, fromHere, overSocket, withCertificate("gateway")]) {
      expect((await ask(arrival)).outcome).toBe("absent");
    }
  });
});
