import { describe, expect, test } from "vitest";
import { type DiagnoseOptions, diagnose } from "../../src/index.ts";
import { scenes } from "./scenes.ts";

const asked = scenes.filter(({ connect }) => connect !== "connects");
const wellUntilCalled = scenes.filter(({ connect }) => connect === "connects");

describe("the doctor names what a call names, or better", () => {
  test.each(asked)("B$number: $what", async ({ arrange, code, doctor = code, names, fix }) => {
    const { verdict } = await diagnose({ maxRetries: 0, ...(await arrange()) } as DiagnoseOptions);
    expect(verdict, verdict.cause).toMatchObject({ ok: false, code: doctor, docs: `docs/errors/${doctor}.md` });
    expect(verdict.fix).not.toBe("");
    if (names !== undefined) expect(verdict.cause).toMatch(names);
    if (fix !== undefined && doctor === code) expect(verdict.fix).toMatch(fix);
  });
});

describe("the doctor does not call a server ill that refuses some calls", () => {
  test.each(wellUntilCalled)("B$number: $what", async ({ arrange, code }) => {
    const { verdict, probes } = await diagnose({ maxRetries: 0, ...(await arrange()) } as DiagnoseOptions);
    expect(verdict, verdict.cause).toMatchObject({ ok: true });
    if (code === "NAMESPACE_NOT_SUPPORTED") {
      expect(probes).toContainEqual(expect.objectContaining({ name: "namespace", code }));
    }
  });
});
