/** As whom Kubeflow knows somebody, or why that cannot be told, in words for people. */
export type UserOfClaims = { readonly user: string } | { readonly why: string };

/**
 * As whom Kubeflow knows somebody of whom an identity provider has made claims: by their e-mail address, if it has not said
 * that anybody could have claimed it. The same for cookies and for tokens, or the stricter of the two would be worth nothing.
 * Names that Kubernetes keeps for itself, those of service accounts for example, are nobody's address.
 */
export function userOfClaims({ email, email_verified: isVerified }: Readonly<Record<string, unknown>>): UserOfClaims {
  // It is handed on as a header by some, and has to be fit for one.
  if (typeof email !== "string" || !/^[\x21-\x7e]{1,320}$/.test(email)) {
    return { why: "The identity provider has not told an e-mail address, and that is the name here." };
  }
  if (/^system:/i.test(email)) {
    return {
      why: "The identity provider has told a name that Kubernetes keeps for itself instead of an e-mail address.",
    };
  }
  // Some providers write it as text.
  if (isVerified === false || isVerified === "false") {
    return { why: "The identity provider says that the e-mail address has not been verified." };
  }
  return { user: email };
}
