import { describe, expect, test } from "vitest";
import { prefersHtml } from "../../src/http/accept.ts";

describe("the page is for those who prefer HTML", () => {
  test.each([
    "text/html",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "TEXT/HTML",
    "text/html;q=0.5, text/plain;q=0.4",
    "text/html;q=0.1, */*;q=0.01",
    "text/html, text/*;q=0.3",
    "*/*;q=0.2, text/html;level=1",
  ])("%s does", (accept) => {
    expect(prefersHtml(accept)).toBe(true);
  });

  test.each([
    undefined,
    "",
    "*/*",
    "text/*",
    "application/json",
    "text/plain, text/html;q=0.9",
    "text/html, text/plain",
    "text/html;q=0",
    "text/html;q=0, */*",
    "text/html;q=2",
    "text/html;q=x",
    "html",
    ",,;",
  ])("%s does not", (accept) => {
    expect(prefersHtml(accept)).toBe(false);
  });
});
