import { expect, test } from "vitest";
import { localPath } from "../../src/gateway/local-path.ts";

test.each([
  "/",
  "/pipeline",
  "/pipeline?a=b&c=d/e",
  "/pipeline/#x".split("#")[0] ?? "",
  "/a%20b?next=https://evil.example/",
])("a login comes back to the path %s of this origin", (path) => {
  expect(localPath(path)).toBe(path);
});

test("what stands behind a # is the browser's, and dots lead where they lead", () => {
  expect(localPath("/pipeline?x=1#y")).toBe("/pipeline?x=1");
  expect(localPath("/a/../b")).toBe("/b");
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "///evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "/\\/evil.example",
  "\\/evil.example",
  "/%2fevil.example",
  "/%2Fevil.example/..",
  "/%5cevil.example",
  "/%252fevil.example",
  "/%25252fevil.example/x%0d",
  "/..//evil.example",
  "/.//evil.example",
  "/./%2fevil.example".replace("./", ""),
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\nset-cookie: a=b",
  "/%0d%0aset-cookie:a=b",
  "/\u0000/evil.example",
  "/ü",
  " /pipeline",
  "javascript:alert(1)",
  "data:text/html,x",
  "http:/evil.example",
  "http:evil.example",
  "evil.example",
  "@evil.example",
  ".evil.example",
  "/%",
  "/pipe line",
  '/"><script>',
  "",
  `/${"a".repeat(3000)}`,
])("a login does not go to %j", (asked) => {
  expect(localPath(asked)).toBe("/");
});

test("without anything asked for it goes to the start page", () => {
  expect(localPath(null)).toBe("/");
  expect(localPath(undefined)).toBe("/");
});
