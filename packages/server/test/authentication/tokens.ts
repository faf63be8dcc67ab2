import { createHmac } from "node:crypto";
import type { TokenReview } from "../../src/ports/token-review.ts";

/** When the tests take place: 2026-01-02T03:04:05Z, in milliseconds. */
export const now = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The audience that servers need by default. */
export const audience = "pipelines.kubeflow.org";

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as Kubernetes would make it, but signed with a key that nobody knows. */
export function tokenWith(claims: Readonly<Record<string, unknown>> = {}, header: object = { alg: "RS256" }): string {
  const body = {
    iss: "https://kubernetes.default.svc.cluster.local",
    sub: "system:serviceaccount:team-a:default-editor",
    aud: [audience],
    exp: now / 1000 + 3600,
    nbf: now / 1000 - 60,
    ...claims,
  };
  const signed = `${encoded(header)}.${encoded(body)}`;
  return `${signed}.${createHmac("sha256", "key").update(signed).digest("base64url")}`;
}

/** The answer of an authority that finds a token good. */
export function good(user = "system:serviceaccount:team-a:default-editor"): TokenReview {
  return { authenticated: true, user, audiences: [audience], error: "" };
}

/** The answer of an authority that does not. */
export function bad(error: string): TokenReview {
  return { authenticated: false, user: "", audiences: [], error };
}
