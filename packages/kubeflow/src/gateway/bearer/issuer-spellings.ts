/**
 * How an issuer may stand in a token, beside as it was written by hand: one without a path is the same address with a slash at
 * the end and without, and its discovery document is found under both.
 */
export function issuerSpellings(issuer: string): readonly string[] {
  const { origin, pathname, search } = new URL(issuer);
  return pathname === "/" && search === "" ? [origin, `${origin}/`] : [issuer];
}
