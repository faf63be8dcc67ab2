import { operations } from "@kfp-ts/api";
import { expect, test } from "vitest";
import { decodeAnswer } from "../../src/call/decode-answer.ts";

test("an answer with another kind of value in a field is an error that names operation and field", () => {
  expect(() => decodeAnswer(operations.experiments.get, { display_name: {} })).toThrow(
    expect.objectContaining({
      code: "BAD_ANSWER",
      message: "experiments.get: the answer is none of this API: expected a text in display_name.",
    }),
  );
});
