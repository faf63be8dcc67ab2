import { describe, expect, test } from "vitest";
import { tokenReviewAuthenticator } from "../../src/authentication/token-review.ts";
import { ReviewUnavailableError } from "../../src/ports/review-unavailable.ts";
import type { ReviewToken, TokenReview } from "../../src/ports/token-review.ts";
import { claims } from "./claims-of.ts";
import { audience, bad, good, now, tokenWith } from "./tokens.ts";

/** An authority that gives the same answer to all, and what it was asked. */
function authority(answer: TokenReview | Error) {
  const asked: Array<{ token: string; audiences: readonly string[] }> = [];
  const review: ReviewToken = async (token, audiences) => {
    asked.push({ token, audiences });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, review };
}

const asking = (review: ReviewToken, ...values: string[]) =>
  tokenReviewAuthenticator({ review, clock: { now: () => now } }).authenticate(
    claims(values.map((value) => ["Authorization", value] as const)),
  );

describe("a bearer token", () => {
  test("is reviewed for the audience of the server, and its user is who calls", async () => {
    const { review, asked } = authority(good());
    const token = tokenWith();
    expect(await asking(review, `Bearer ${token}`)).toEqual({
      outcome: "known",
      identity: { user: "system:serviceaccount:team-a:default-editor" },
    });
    expect(asked).toEqual([{ token, audiences: [audience] }]);
  });

  test("that was not sent is not spoken of", async () => {
    const found = await asking(authority(good()).review);
    expect(found).toEqual({ outcome: "absent", reason: "Request header error: there is no user identity header." });
  });

  test.each(["bearer TOKEN", "BEARER TOKEN", "TOKEN", "Basic YTpi", "Bearer ", "Bearer", "", "Bearer\tTOKEN"])(
    "stands behind 'Bearer ' and nothing else: %j is refused, and nobody is asked",
    async (value) => {
      const { review, asked } = authority(good());
      const found = await asking(review, value.replace("TOKEN", tokenWith()));
      const reason = "Header 'Authorization' is incorrectly formatted. Expected prefix 'Bearer '";
      expect([found, asked]).toEqual([{ outcome: "refused", reason }, []]);
    },
  );

  test("is refused where there are two", async () => {
    const { review, asked } = authority(good());
    const found = await asking(review, `Bearer ${tokenWith()}`, `Bearer ${tokenWith()}`);
    expect(found).toMatchObject({ outcome: "refused", reason: expect.stringContaining("Expect 1 got 2") });
    expect(asked).toEqual([]);
  });

  test.each([
    ["too long", "x".repeat(16 * 1024 + 1), "longer than 16384"],
    ["with a space in front", ` ${"x".repeat(10)}`, "has spaces"],
    ["of two words", "one two", "has spaces"],
    ["outside of ASCII", "t\xf6ken", "other characters"],
  ])("is refused without asking anybody: %s", async (_what, token, reason) => {
    const { review, asked } = authority(good());
    expect(await asking(review, `Bearer ${token}`)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining(reason),
    });
    expect(asked).toEqual([]);
  });

  const invalid = "[invalid bearer token, token lookup failed]";
  test.each([
    [
      "the wrong audience",
      { aud: ["https://kubernetes.default.svc"] },
      invalid,
      'for the audience "https://kubernetes.default.svc", and this server needs one for "pipelines.kubeflow.org"',
    ],
    ["no audience", { aud: undefined }, invalid, "for the audience of nobody"],
    ["its end in the past", { exp: now / 1000 - 300 }, invalid, "expired at 2026-01-02T02:59:05Z, 5 minutes ago"],
    ["its beginning ahead", { nbf: now / 1000 + 7200 }, invalid, "not valid before 2026-01-02T05:04:05Z, in 2 hours"],
    [
      "an account that is gone",
      {},
      '[invalid bearer token, serviceaccounts "default-editor" not found]',
      'The service account "team-a/default-editor"',
    ],
    ["an account made anew", {}, "service account UID (a) does not match claim (b)", "has been deleted since"],
    ["a pod that is gone", {}, "service account token has been invalidated", "or the pod that the token is bound to"],
    [
      "a signature of another key",
      {},
      "go-jose/go-jose: error in cryptographic primitive",
      "does not fit any key of its issuer",
    ],
    [
      "another issuer",
      { iss: "https://evil.example" },
      "[invalid bearer token]",
      'Its issuer "https://evil.example" or the key',
    ],
    ["times that are none", { exp: 1e300, nbf: "soon", aud: audience }, "", "Its issuer"],
  ])("that is refused says which it is: %s", async (_what, claimed, error, reason) => {
    const token = tokenWith(claimed);
    const found = await asking(authority(bad(error)).review, `Bearer ${token}`);
    expect(found).toMatchObject({ outcome: "refused", reason: expect.stringContaining(reason) });
    expect(found).toMatchObject({
      reason: expect.stringContaining(`Review.Status.Authenticated is false. Error ${error}: Failed to authenticate`),
    });
  });

  test.each(["none", "None", "", undefined])("that is not signed says so: alg %j", async (alg) => {
    const found = await asking(authority(bad("invalid bearer token")).review, `Bearer ${tokenWith({}, { alg })}`);
    expect(found).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/not signed \(alg none\)/) });
  });

  test.each(["garbage", "a.b", "a.b.c", "....", `${Buffer.from("{}").toString("base64url")}.bnVsbA.x`])(
    "that is none says so: %j",
    async (token) => {
      const found = await asking(authority(bad("invalid bearer token")).review, `Bearer ${token}`);
      expect(found).toMatchObject({ reason: expect.stringContaining("not a JSON Web Token") });
    },
  );

  test("is good for every audience needed, not for some", async () => {
    const found = await asking(authority({ ...good(), audiences: ["other"] }).review, `Bearer ${tokenWith()}`);
    const reason = `Failed to find all of '[${audience}]' in audience: [other]`;
    expect(found).toMatchObject({ outcome: "refused", reason: expect.stringContaining(reason) });
  });

  test("of nobody is refused", async () => {
    expect((await asking(authority(good("")).review, `Bearer ${tokenWith()}`)).outcome).toBe("refused");
  });

  test("stands in no reason, not even where the authority repeats it, and a reason is one line of ASCII", async () => {
    const token = tokenWith({ iss: "ü\n\r\u0000", aud: ["a\nb"] });
    const found = await asking(authority(bad(`bad token ${token}\nü`)).review, `Bearer ${token}`);
    const { reason } = found as { reason: string };
    expect(reason).not.toContain(token);
    expect(reason).toMatch(/^[\x20-\x7e]+$/);
  });

  test("is neither good nor bad while nobody can tell", async () => {
    const failure = new ReviewUnavailableError("down", { retryAfterSeconds: 5 });
    await expect(asking(authority(failure).review, `Bearer ${tokenWith()}`)).rejects.toBe(failure);
  });
});

describe("a token that was found good", () => {
  function counting(answer: () => TokenReview, seconds?: number) {
    let time = now;
    let count = 0;
    const authenticator = tokenReviewAuthenticator({
      clock: { now: () => time },
      cache: { seconds },
      review: async () => {
        count += 1;
        return answer();
      },
    });
    return {
      ask: (token: string) => authenticator.authenticate(claims([["authorization", `Bearer ${token}`]])),
      wait: (seconds: number) => {
        time += seconds * 1000;
      },
      count: () => count,
    };
  }

  test("is not asked about for ten seconds, then again", async () => {
    const { ask, wait, count } = counting(good);
    const token = tokenWith();
    await ask(token);
    wait(9.9);
    await ask(token);
    expect(count()).toBe(1);
    wait(0.1);
    await ask(token);
    expect(count()).toBe(2);
  });

  test("is asked about again once it has ended, however long answers are kept", async () => {
    const { ask, wait, count } = counting(good, 3600);
    const token = tokenWith({ exp: now / 1000 + 30 });
    await ask(token);
    wait(29);
    await ask(token);
    expect(count()).toBe(1);
    wait(1);
    await ask(token);
    expect(count()).toBe(2);
  });

  test("is told from every other", async () => {
    const { ask, count } = counting(good);
    await ask(tokenWith());
    await ask(tokenWith({ jti: "other" }));
    expect(count()).toBe(2);
  });

  test("is asked about every time where nothing is kept", async () => {
    const { ask, count } = counting(good, 0);
    const token = tokenWith();
    await ask(token);
    await ask(token);
    expect(count()).toBe(2);
  });

  test("is one that was found good: one that was refused is asked about again", async () => {
    let answer = bad("not yet");
    const { ask, count } = counting(() => answer);
    const token = tokenWith();
    expect((await ask(token)).outcome).toBe("refused");
    answer = good();
    expect((await ask(token)).outcome).toBe("known");
    expect(count()).toBe(2);
  });

  test("is asked about once by all who come with it at the same time", async () => {
    const { ask, count } = counting(good, 0);
    const token = tokenWith();
    await Promise.all(Array.from({ length: 100 }, () => ask(token)));
    expect(count()).toBe(1);
  });
});
