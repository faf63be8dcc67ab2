import { runnerErrors } from "@kfp-ts/runner";
import { errorCatalogue } from "@kfp-ts/sdk";
import { describe, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

const explain = (words: readonly string[], more: Partial<Parameters<typeof fakeIo>[0]> = {}) =>
  outcomeOf(fakeIo({ argv: ["explain", ...words], ...more }));

const everyCode = [...Object.keys(errorCatalogue), ...Object.keys(runnerErrors)];

describe("kfp-ts explain", () => {
  test.each(["MESH_DENIED", "mesh_denied", "mesh-denied"])("shows the page of %s", async (code) => {
    const { code: exitCode, stdout } = await explain([code]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^MESH_DENIED\n\nThe service mesh refuses the request\./);
    expect(stdout).toContain("\nWhat to do\n");
    expect(stdout).not.toMatch(/[`*]|\]\(/);
  });

  test("shows every page, within 80 columns but for code and tables", async () => {
    for (const code of everyCode) {
      const { code: exitCode, stdout } = await explain([code], { columns: 80 });
      expect(exitCode).toBe(0);
      const tooLong = stdout
        .split("\n")
        .filter((line) => line.length > 80 && !/^( {4}|\|)/.test(line) && / /.test(line.trim()));
      expect([code, tooLong]).toEqual([code, []]);
    }
  });

  test.each([
    ["RBAC: access denied", "MESH_DENIED"],
    ["Jwt issuer is not configured", "TOKEN_ISSUER_UNKNOWN"],
    ["there is no user identity header", "NO_IDENTITY"],
    ["lost connection to pod", "CONNECTION_LOST"],
    ["Failed to read a token from file", "TOKEN_FILE_MISSING"],
    ["No matching distribution found for", "ENVIRONMENT_FAILED"],
  ])("finds the page by the words of a message: %s", async (words, code) => {
    expect((await explain([words])).stdout).toContain(
      `${code}\n\n${{ ...errorCatalogue, ...runnerErrors }[code as "MESH_DENIED"].title}.`,
    );
  });

  test("without a code lists all of them, by kind", async () => {
    const { stdout } = await explain([]);
    for (const code of everyCode) expect(stdout).toMatch(new RegExp(`^  ${code} +`, "m"));
    expect(stdout.indexOf("NO_ENDPOINT")).toBeLessThan(stdout.indexOf("CONNECTION_REFUSED"));
  });

  test("suggests what may have been meant", async () => {
    const { code, stderr } = await explain(["MESH_DENYED"]);
    expect(code).toBe(1);
    expect(stderr).toContain("kfp-ts explain MESH_DENIED");
    expect((await explain(["xyzzy-nothing-at-all"])).stderr).toContain("See all of them: kfp-ts explain");
  });

  test("has bold headings on a terminal alone", async () => {
    expect((await explain(["MESH_DENIED"], { terminal: true, env: { TERM: "xterm" } })).stdout).toContain(
      "\u001b[1mMESH_DENIED",
    );
    expect((await explain(["MESH_DENIED"])).stdout).not.toContain("\u001b");
  });
});
