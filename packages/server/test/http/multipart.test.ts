import { describe, expect, test } from "vitest";
import { boundaryOf, dispositionOf } from "../../src/http/multipart/content-disposition.ts";
import { MultipartReader } from "../../src/http/multipart/multipart-reader.ts";

/** Reads a body that arrives in chunks of one size: the header and the content of each part. */
function parts(body: string | Buffer, chunkSize: number, boundary = "b"): Array<[header: string, content: string]> {
  const found: Array<[string, string]> = [];
  const reader = new MultipartReader(boundary, (header) => {
    const part: [string, string] = [header, ""];
    found.push(part);
    return {
      write: (chunk) => {
        part[1] += chunk.toString("latin1");
      },
      end: () => undefined,
    };
  });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += chunkSize) reader.push(bytes.subarray(at, at + chunkSize));
  reader.end();
  return found;
}

const body =
  "preamble\r\n--b\r\nA: 1\r\nB: 2\r\n\r\nfirst\r\n-\r\n--\r\n--a\r\n--b \t\r\n\r\n\r\n--b\r\nC: 3\r\n\r\n\r\n--b--\r\nepilogue";

describe("a multipart body", () => {
  test.each([1, 2, 3, 5, 7, 1000])("is read the same in chunks of %i bytes", (chunkSize) => {
    expect(parts(body, chunkSize)).toEqual([
      ["A: 1\r\nB: 2", "first\r\n-\r\n--\r\n--a"],
      ["", ""],
      ["C: 3", ""],
    ]);
  });

  test("may hold every byte", () => {
    const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const whole = Buffer.concat([Buffer.from("--b\r\nA: 1\r\n\r\n"), content, Buffer.from("\r\n--b--")]);
    expect(parts(whole, 3)).toEqual([["A: 1", content.toString("latin1")]]);
  });

  test.each([
    ["", "has no part"],
    ["no boundary at all", "has no part"],
    ["--b\r\nA: 1\r\n\r\nhalf", "ends in the middle"],
    ["--b\r\nA: 1", "ends in the middle"],
    ["--b\r\nA: 1\r\n\r\nhalf\r\n--b", "ends in the middle"],
    ["--bx\r\n\r\n\r\n--b--", "behind a boundary"],
    [`--b\r\n${"A: 1\r\n".repeat(10_000)}\r\n\r\n--b--`, "headers of a part are larger"],
    [`--b${" ".repeat(20_000)}`, "behind a boundary|ends in the middle"],
    [`${"--b\r\n\r\n\r\n".repeat(101)}--b--`, "more than 100 parts"],
  ])("%# is refused where it is none", (broken, reason) => {
    expect(() => parts(broken, 1000)).toThrow(new RegExp(reason));
  });
});

describe("what a part is called", () => {
  test.each([
    ['Content-Disposition: form-data; name="uploadfile"; filename="a b.yaml"', "uploadfile", "a b.yaml"],
    ["content-disposition:form-data;name=uploadfile;filename=a.yaml", "uploadfile", "a.yaml"],
    ['Content-Disposition: form-data; name="x"; filename="a\\"b\\\\c.yaml"', "x", 'a"b\\c.yaml'],
    ['Content-Disposition: form-data; name="x"; filename="plain"; filename*=UTF-8\'\'%C3%BC.yaml', "x", "ü.yaml"],
    ["Content-Disposition: form-data; name=\"x\"; filename*=utf-8'en'%e2%82%ac", "x", "€"],
    ['Content-Disposition: form-data; name="x"; filename="plain"; filename*=UTF-8\'\'%zz', "x", "plain"],
    ['Content-Type: text/plain\r\nContent-Disposition: form-data; name="x"; filename="ü.yaml"', "x", "ü.yaml"],
    ['Content-Disposition: form-data; name="x"; filename=""', "x", undefined],
    ['Content-Disposition: form-data; name="x"', "x", undefined],
    ['Content-Disposition: attachment; name="x"; filename="y"', undefined, undefined],
    ["Content-Type: text/plain", undefined, undefined],
  ])("%s", (header, name, filename) => {
    expect(dispositionOf(header)).toEqual({ name, filename });
  });

  test.each([
    ["multipart/form-data; boundary=abc", "abc"],
    ['Multipart/Form-Data; charset=x; Boundary="a b;c"', "a b;c"],
    ["multipart/form-data", undefined],
    ["multipart/form-data; boundary=", undefined],
    [`multipart/form-data; boundary=${"x".repeat(71)}`, undefined],
    ["multipart/mixed; boundary=abc", undefined],
    ["application/json", undefined],
    [undefined, undefined],
  ])("the boundary of %s is %s", (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
