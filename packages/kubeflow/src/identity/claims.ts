import type { Account } from "./password-connector.ts";

/** What tokens and `userinfo` say of an account, by the scope that asks for it. */
export const CLAIMS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  openid: ["sub"],
  email: ["email", "email_verified"],
  profile: ["name"],
  groups: ["groups"],
};

/** All that could be said of an account. An address counts as verified: it comes from whoever runs the directory. */
export function claimsOf(sub: string, { email, name, groups }: Account) {
  return { sub, email, email_verified: true, name, groups: [...groups] };
}

/** What may be said to somebody who was granted these scopes. */
export function claimsWithin(
  scopes: Iterable<string>,
  claims: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = new Set([...scopes].flatMap((scope) => CLAIMS_BY_SCOPE[scope] ?? []));
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.has(name)));
}
