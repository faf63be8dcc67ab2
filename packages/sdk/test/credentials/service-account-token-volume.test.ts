import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import * as browser from "../../src/browser.ts";
import { Client, type RequestEvent, ServiceAccountTokenVolumeCredentials } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { experimentOf, json, localServer, page, refusal } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-token-"));
  path = join(folder, "token");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** A token of its own for each number. */
const exp = Math.floor(Date.now() / 1000) + 3600;
const tokenOf = (number: number) => serviceAccountToken({ jti: `number ${number}`, exp });
const one = tokenOf(1);

/** Knows whoever has one of these tokens, and nobody else. */
async function serverFor(...tokens: readonly string[]) {
  const known = new Set(tokens.map((token) => `Bearer ${token}`));
  const server = await localServer((request, response) =>
    known.has(request.headers.authorization ?? "")
      ? json(response, 200, experimentOf("1"))
      : json(response, 401, refusal(16, "User identity is empty in the request header")),
  );
  const sent = () => server.received.map(({ headers }) => headers.authorization?.slice("Bearer ".length));
  return { ...server, sent };
}

const clientOf = (
  origin: string,
  given: ConstructorParameters<typeof ServiceAccountTokenVolumeCredentials>[0] = { path },
) => new Client({ host: origin, credentials: new ServiceAccountTokenVolumeCredentials(given), maxRetries: 0 });

describe("the path of the token", () => {
  const withVariable = (value: string | undefined) => {
    const variable = "KF_PIPELINES_SA_TOKEN_PATH";
    const before = process.env[variable];
    const set = (text: string | undefined) => {
      if (text === undefined) delete process.env[variable];
      else process.env[variable] = text;
    };
    set(value);
    onTestFinished(() => set(before));
  };

  test("is the option, else the variable, else the default; it says which", () => {
    withVariable("/from/variable");
    expect(new ServiceAccountTokenVolumeCredentials({ path: "/from/option" })).toMatchObject({
      path: "/from/option",
      pathFrom: "the option path",
    });
    for (const none of [undefined, {}, { path: undefined }]) {
      expect(new ServiceAccountTokenVolumeCredentials(none)).toMatchObject({
        path: "/from/variable",
        pathFrom: "the variable KF_PIPELINES_SA_TOKEN_PATH",
      });
    }
    withVariable("");
    expect(new ServiceAccountTokenVolumeCredentials()).toMatchObject({
      path: "/var/run/secrets/kubeflow/pipelines/token",
      pathFrom: "the default",
    });
  });

  test.each(["", "  ", 7, "a\0b"])("%j is no path", async (bad) => {
    const error = await failureOf(() => new ServiceAccountTokenVolumeCredentials({ path: bad as string }));
    expect(error.code).toBe("BAD_OPTION");
  });

  test("is not a token, which is told nowhere", async () => {
    const given = await failureOf(() => new ServiceAccountTokenVolumeCredentials({ path: ` ${one}\n` }));
    withVariable(one);
    const set = await failureOf(() => new ServiceAccountTokenVolumeCredentials());
    expect(given.message).toBe("The path of the token's file (from the option path) is a token itself.");
    expect(set.message).toBe(
      "The path of the token's file (from the variable KF_PIPELINES_SA_TOKEN_PATH) is a token itself.",
    );
    for (const error of [given, set]) {
      expect(error.code).toBe("BAD_OPTION");
      expect(error.fix).toContain("bearerToken");
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("eyJ");
    }
  });

  test.each(["/a/path", null])("%j is no object of options, and does not pass for the default", async (bad) => {
    const error = await failureOf(() => new ServiceAccountTokenVolumeCredentials(bad as unknown as { path: string }));
    expect(error).toMatchObject({ code: "BAD_OPTION", fix: expect.stringContaining("{ path:") });
  });
});

describe("the token of a file", () => {
  test("is sent without what surrounds it, and the file is not read before the first call", async () => {
    const server = await serverFor(one);
    const kfp = clientOf(server.origin);
    writeFileSync(path, ` ${one}\n`);
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("that is rotated is used by the next call, written in place or swapped as the kubelet does", async () => {
    const server = await serverFor(...[1, 2, 3, 4, 5, 6].map(tokenOf));
    const inside = join(folder, "volume");
    mkdirSync(inside);
    const swap = (number: number) => {
      mkdirSync(join(inside, `..v${number}`));
      writeFileSync(join(inside, `..v${number}`, "token"), tokenOf(number));
      symlinkSync(`..v${number}`, join(inside, "..tmp"));
      renameSync(join(inside, "..tmp"), join(inside, "..data"));
    };
    swap(1);
    symlinkSync("..data/token", join(inside, "token"));
    const kfp = clientOf(server.origin, { path: join(inside, "token") });
    await kfp.experiments.get("1");
    for (const number of [2, 3]) {
      swap(number);
      await kfp.experiments.get("1");
    }
    // In place, one right after the other: such files can look the same.
    const written = clientOf(server.origin);
    for (const number of [4, 5, 6]) {
      writeFileSync(path, tokenOf(number));
      await written.experiments.get("1");
    }
    expect(server.sent()).toEqual([1, 2, 3, 4, 5, 6].map(tokenOf));
  });

  test("is read once as long as the file stays the same", async () => {
    let looked = 0;
    let read = 0;
    const moment = { identity: "same", settled: true };
    const files = {
      look: async () => {
        looked += 1;
        return moment;
      },
      read: async () => {
        read += 1;
        return { ...moment, text: one };
      },
    };
    const credentials = new ServiceAccountTokenVolumeCredentials(
      { path },
      { variable: () => undefined, files, now: Date.now },
    );
    for (let call = 0; call < 5; call += 1) await credentials.headers();
    expect({ looked, read }).toEqual({ looked: 4, read: 1 });
  });

  test("that is replaced in the middle of a hundred parallel calls fails none of them", async () => {
    const server = await serverFor(...Array.from({ length: 20 }, (_, number) => tokenOf(number)));
    writeFileSync(path, tokenOf(0));
    const kfp = clientOf(server.origin);
    await kfp.experiments.get("1");
    let number = 0;
    const step = () => {
      number += 1;
      // Gone, empty, half of it, a folder: whatever can be seen for an instant.
      if (number % 4 === 1) unlinkSync(path);
      else if (number % 4 === 2) writeFileSync(path, "");
      else if (number % 4 === 3) writeFileSync(path, tokenOf(number).slice(0, 40));
      else writeFileSync(path, tokenOf(number % 20));
    };
    const timer = setInterval(step, 1);
    onTestFinished(() => clearInterval(timer));
    const calls = Array.from({ length: 100 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index / 4));
      return kfp.experiments.get("1");
    });
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
    expect(number).toBeGreaterThan(4);
  });

  test("that vanished serves on until it ends, and no longer", async () => {
    let now = Date.now();
    const files = await import("../../src/platform/node-token-files.ts");
    writeFileSync(path, serviceAccountToken({ exp: Math.floor(now / 1000) + 60 }));
    const credentials = new ServiceAccountTokenVolumeCredentials(
      { path },
      { variable: () => undefined, files: files.nodeTokenFiles, now: () => now },
    );
    const first = await credentials.headers();
    unlinkSync(path);
    expect(await credentials.headers()).toEqual(first);
    now += 61_000;
    expect((await failureOf(credentials.headers())).code).toBe("TOKEN_FILE_MISSING");
  });
});

describe("after a 401", () => {
  test("the file is read again and the request is sent once more", async () => {
    const server = await localServer((request, response) => {
      const isNew = request.headers.authorization === `Bearer ${tokenOf(2)}`;
      // The file changes while the request is under way.
      if (!isNew) writeFileSync(path, tokenOf(2));
      return isNew ? json(response, 200, experimentOf("1")) : json(response, 401, refusal(16, "who?"));
    });
    writeFileSync(path, one);
    expect((await clientOf(server.origin).experiments.create({ displayName: "x" })).experimentId).toBe("1");
    expect(server.received).toHaveLength(2);
  });

  test("again, it is the end", async () => {
    const server = await serverFor();
    writeFileSync(path, one);
    expect((await failureOf(clientOf(server.origin).runs.get("1"))).code).toBe("NO_IDENTITY");
    expect(server.received).toHaveLength(2);
  });

  test("a file that is gone meanwhile does not hide the refusal", async () => {
    const server = await localServer((_request, response) => {
      rmSync(path, { force: true });
      json(response, 401, refusal(16, "who?"));
    });
    writeFileSync(path, serviceAccountToken({ exp: Math.floor(Date.now() / 1000) - 5 }));
    expect((await failureOf(clientOf(server.origin).runs.get("1"))).code).toBe("TOKEN_EXPIRED");
    expect(server.received).toHaveLength(1);
  });
});

describe("what is no token", () => {
  const cases: ReadonlyArray<readonly [string, () => void, string, RegExp]> = [
    ["a file that is not there", () => {}, "TOKEN_FILE_MISSING", /no such file/],
    ["a file below a file", () => writeFileSync(`${folder}.x`, ""), "TOKEN_FILE_MISSING", /no such file/],
    ["a folder", () => mkdirSync(path), "TOKEN_FILE_UNREADABLE", /no file/],
    ["what never ends", () => symlinkSync("/dev/zero", path), "TOKEN_FILE_UNREADABLE", /no file/],
    ["an empty file", () => writeFileSync(path, ""), "TOKEN_FILE_INVALID", /empty/],
    ["white space", () => writeFileSync(path, " \n\n"), "TOKEN_FILE_INVALID", /empty/],
    ["a huge file", () => writeFileSync(path, "h.u.ge".repeat(2 ** 20)), "TOKEN_FILE_INVALID", /larger than 16 KiB/],
    ["two tokens", () => writeFileSync(path, `${one}\n${one}`), "TOKEN_FILE_INVALID", /several/],
    ["a password", () => writeFileSync(path, "hunter2"), "TOKEN_FILE_INVALID", /no JWT/],
    ["an unsigned token", () => writeFileSync(path, one.replace(/[^.]*$/, "")), "TOKEN_FILE_INVALID", /no JWT/],
    ["a header", () => writeFileSync(path, `Bearer ${one}`), "TOKEN_FILE_INVALID", /"Bearer"/],
    ["a key", () => writeFileSync(path, "-----BEGIN PRIVATE KEY-----\nhunter2\n"), "TOKEN_FILE_INVALID", /PEM/],
    ["JSON", () => writeFileSync(path, '{"token":"hunter2"}'), "TOKEN_FILE_INVALID", /JSON/],
  ];

  test.each(cases)(
    "%s is refused before anything is sent: path, where it is from, how to mount it",
    async (_, make, code, fact) => {
      const server = await serverFor(one);
      make();
      const error = await failureOf(clientOf(server.origin).experiments.get("1"));
      expect(error).toMatchObject({ code, kind: "access" });
      expect(error.message).toContain(`${path} (the path is from the option path)`);
      expect(error.message).toMatch(fact);
      expect(error.fix).toContain(`        - mountPath: ${folder}\n          name: volume-kf-pipeline-token\n`);
      expect(error.fix).toContain(`          value: ${path}\n`);
      expect(error.fix).toContain("              audience: pipelines.kubeflow.org");
      expect(server.received).toHaveLength(0);
      expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|eyJ/);
      rmSync(`${folder}.x`, { force: true });
    },
  );

  test("a file that may not be read says so", async () => {
    const denied = () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }));
    const surroundings = { variable: () => undefined, files: { look: denied, read: denied }, now: Date.now };
    const error = await failureOf(new ServiceAccountTokenVolumeCredentials({ path }, surroundings).headers());
    expect(error).toMatchObject({
      code: "TOKEN_FILE_UNREADABLE",
      message: expect.stringContaining("permission denied"),
    });
  });

  test.each(["/token", "token"])("the YAML for %s mounts the usual place, and nothing over the root", async (odd) => {
    const gone = () => Promise.reject(Object.assign(new Error("gone"), { code: "ENOENT" }));
    const surroundings = { variable: () => undefined, files: { look: gone, read: gone }, now: Date.now };
    const { fix } = await failureOf(new ServiceAccountTokenVolumeCredentials({ path: odd }, surroundings).headers());
    expect(fix).toContain("mountPath: /var/run/secrets/kubeflow/pipelines\n");
  });

  test("the default path gives the page's own YAML", async () => {
    const files = { look: () => Promise.reject(gone()), read: () => Promise.reject(gone()) };
    const gone = () => Object.assign(new Error("gone"), { code: "ENOENT" });
    const credentials = new ServiceAccountTokenVolumeCredentials(
      {},
      { variable: () => undefined, files, now: Date.now },
    );
    const { fix } = await failureOf(credentials.headers());
    expect(fix).toContain("          value: /var/run/secrets/kubeflow/pipelines/token\n");
    expect(fix).toContain("        - mountPath: /var/run/secrets/kubeflow/pipelines\n");
    expect(fix).toContain("expirationSeconds: 7200\n");
  });
});

describe("the token stays where it belongs", () => {
  test("it is in no error, no event, no inspection and no JSON", async () => {
    const server = await serverFor();
    writeFileSync(path, one);
    const events: RequestEvent[] = [];
    const observer = {
      onRequest: (event: RequestEvent) => events.push(event),
      onResponse: (event: RequestEvent) => events.push(event),
    };
    const credentials = new ServiceAccountTokenVolumeCredentials({ path });
    const kfp = new Client({ host: server.origin, credentials, observer });
    const error = await failureOf(kfp.runs.get("1"));
    const shown = [
      inspect([error, credentials, kfp, events], { depth: 20, showHidden: true }),
      JSON.stringify({ error, credentials, kfp, events }),
    ];
    expect(events.length).toBeGreaterThan(2);
    for (const part of one.split(".")) for (const text of shown) expect(text).not.toContain(part);
  });

  test("it does not go where a redirection leads", async () => {
    const elsewhere = await serverFor(one);
    const server = await localServer((_request, response) =>
      page(response, 307, "text/plain", "", { location: `${elsewhere.origin}/apis/v2beta1/runs/1` }),
    );
    writeFileSync(path, one);
    expect((await failureOf(clientOf(server.origin).runs.get("1"))).code).toBe("REDIRECTED");
    expect(elsewhere.received).toHaveLength(0);
  });
});

test("in a browser there is the name, which says that it works in Node only", () => {
  expect(() => new browser.ServiceAccountTokenVolumeCredentials()).toThrow(/works in Node only/);
  expect(() => browser.kubernetesToken({ serviceAccount: "x" })).toThrow(/works in Node only/);
});
