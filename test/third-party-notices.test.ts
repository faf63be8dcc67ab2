import { expect, test } from "vitest";
import { mayBePassedOn, packagesOf, thirdPartyNotices } from "../scripts/build/third-party-notices.mjs";

test.each(["MIT", "ISC", "Apache-2.0", "(MIT OR GPL-3.0-only)", "Apache-2.0 AND BSD-3-Clause"])(
  "code under %s may be bundled",
  (licence) => expect(mayBePassedOn(licence)).toBe(true),
);

test.each(["GPL-3.0-only", "MIT AND GPL-2.0-only", "UNLICENSED", "SEE LICENSE IN file", undefined])(
  "code under %s stops the build",
  (licence) => expect(mayBePassedOn(licence)).toBe(false),
);

test("a file belongs to the innermost package that it lies in, and sources to none", () => {
  const files = ["packages/sdk/src/index.ts", "node_modules/a/x.js", "node_modules/a/node_modules/@b/c/y.js"];
  expect(packagesOf(files)).toEqual(["node_modules/a", "node_modules/a/node_modules/@b/c"]);
});

test("a notice names the package, its version and its licence, with the licence's text", () => {
  expect(thirdPartyNotices(["node_modules/js-yaml/index.js"])).toMatch(
    /\njs-yaml \d+\.\d+\.\d+\nLicence: MIT\n[\s\S]*Permission is hereby granted/,
  );
  expect(thirdPartyNotices(["packages/api/src/index.ts"])).toBeUndefined();
});
