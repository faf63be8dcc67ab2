import type { SecretReference } from "@kfp-ts/sdk";
import type { ContextCredentials } from "@kfp-ts/sdk/contexts";

/** What credentials of a context are, in a few words and without any secret. */
export function described(credentials: ContextCredentials | undefined): string {
  switch (credentials?.kind) {
    case undefined:
      return "";
    case "dex-password":
      return `${credentials.username}, with the password ${whereIs(credentials.password)}`;
    case "bearer-token":
      return `the token ${whereIs(credentials.token)}`;
    case "cookies":
      return `the cookies ${whereIs(credentials.cookies)}`;
    case "command":
      return `the token that ${credentials.command[0]} prints`;
    case "browser":
      return "a login in the browser";
    case "service-account-token":
      return "the service account token of this pod";
    case "kubernetes":
      return `a token that Kubernetes makes of ${credentials.serviceAccount}`;
    case "session":
      return credentials.username === undefined
        ? "what kfp-ts login has saved"
        : `${credentials.username}, as kfp-ts login has saved it`;
    case "python":
      return "what Python's kfp has kept";
  }
}

function whereIs(secret: SecretReference): string {
  if ("env" in secret) return `in the variable ${secret.env}`;
  return "file" in secret ? `in ${secret.file}` : `that ${secret.command[0]} prints`;
}
