import { type ErrorCode, errorCatalogue, KfpError } from "@kfp-ts/sdk";
import { describe, expect, test } from "vitest";
import { CommandError, UsageError } from "../src/command-error.ts";
import { plain } from "../src/output/style.ts";
import { formatReport, reportOf } from "../src/report-error.ts";

const codes = Object.keys(errorCatalogue) as ErrorCode[];
const reportOfCode = (code: ErrorCode) => reportOf(new KfpError(code, { message: "It went wrong." }));

describe("exit codes by what went wrong", () => {
  test.each([
    [2, ["BAD_ENDPOINT", "SECRET_IN_URL", "BAD_OPTION", "BAD_ARGUMENT", "AMBIGUOUS_NAME", "NAMESPACE_REQUIRED"]],
    [
      3,
      [
        "CONNECTION_REFUSED",
        "HOST_NOT_FOUND",
        "TLS_UNTRUSTED",
        "TIMEOUT",
        "TOTAL_TIMEOUT",
        "NOT_THE_API",
        "REDIRECTED",
      ],
    ],
    [4, ["UNAUTHENTICATED", "LOGIN_REQUIRED", "PERMISSION_DENIED", "MESH_DENIED", "CREDENTIALS_FAILED"]],
    [
      1,
      [
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "INVALID_REQUEST",
        "SERVER_ERROR",
        "BAD_PACKAGE",
        "FILE_UNREADABLE",
        "WAIT_TIMEOUT",
      ],
    ],
  ] as const)("%i: %j", (exitCode, several) => {
    for (const code of several) expect(reportOfCode(code).exitCode, code).toBe(exitCode);
  });

  test("every error of the client has one, and says what to do in words for a terminal", () => {
    for (const code of codes) {
      const { exitCode, fix } = reportOfCode(code);
      expect([1, 2, 3, 4], code).toContain(exitCode);
      expect(fix, code).not.toMatch(/new Client|client\.|[a-z]Ms\b/);
    }
  });

  test("the command's own errors are 1, and wrong usage is 2", () => {
    expect(reportOf(new CommandError("No.", "Do."))).toEqual({ exitCode: 1, message: "No.", fix: "Do." });
    expect(reportOf(new UsageError("No."))).toMatchObject({ exitCode: 2 });
  });

  test("what nobody had thought of is 1, and says how to find out more", () => {
    const report = reportOf(new TypeError("x is not a function"));
    expect(report).toMatchObject({ exitCode: 1, fix: expect.stringContaining("--verbose") });
    expect(report.message).toContain("x is not a function");
    expect(reportOf("thrown text").message).toContain("thrown text");
  });
});

test("a more precise remedy of the client goes before a general one", () => {
  const error = new KfpError("LOGIN_REQUIRED", { message: "No.", fix: "Renew the session." });
  expect(reportOf(error).fix).toBe("Renew the session.");
});

test("a report is the fact and the remedy, line breaks kept and everything else made safe to show", () => {
  const report = { exitCode: 1, message: "Two\nlines\u001b[2J", fix: "Choose:\n  a\n  b" } as const;
  expect(formatReport(report, plain)).toBe("error: Two\nlines\\x1b[2J\nfix: Choose:\n  a\n  b\n");
  expect(formatReport({ ...report, fix: undefined }, plain, "at x (y:1)")).toBe(
    "error: Two\nlines\\x1b[2J\nat x (y:1)\n",
  );
});
