/**
 * Where a secret is. A description never holds the secret itself: it is written into files that are shown, copied and
 * kept in repositories.
 * - `env`: the name of an environment variable;
 * - `file`: the path of a file that nobody else can read, absolute or from the home folder (`~/…`);
 * - `command`: a program with its arguments that prints it, run without a shell.
 *
 * @example
 * import type { SecretReference } from "@kfp-ts/sdk";
 *
 * const references: SecretReference[] = [
 *   { env: "KFP_PASSWORD" },
 *   { file: "~/.config/kubeflow/password" },
 *   { command: ["secret-tool", "lookup", "service", "kubeflow"] },
 * ];
 * console.log(references.length);
 */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: readonly string[] };

/**
 * Credentials as a configuration describes them.
 *
 * @example
 * import type { CredentialsDescription } from "@kfp-ts/sdk";
 *
 * const description: CredentialsDescription = {
 *   kind: "dex-password",
 *   username: "user@example.com",
 *   password: { env: "KFP_PASSWORD" },
 * };
 * console.log(description.kind);
 */
export type CredentialsDescription =
  | {
      /** A name and a password for the login of a Kubeflow with Dex. */
      readonly kind: "dex-password";
      readonly username: string;
      readonly password: SecretReference;
      /** The id of Dex's connector. @default "local" */
      readonly connector?: string;
      /** Origins beside the endpoint's own that may be given the password. */
      readonly loginOrigins?: readonly string[];
    }
  | { readonly kind: "bearer-token"; readonly token: SecretReference }
  /** Cookies of a session, as a `Cookie` header has them. */
  | { readonly kind: "cookies"; readonly cookies: SecretReference }
  | {
      /** A program that prints a token, or the ExecCredential of kubectl's plugins. */
      readonly kind: "command";
      readonly command: readonly string[];
      /** Whether it may ask something on the terminal. @default false */
      readonly interactive?: boolean;
    }
  | {
      /** A login in the browser. */
      readonly kind: "browser";
      readonly issuer?: string;
      readonly clientId?: string;
      readonly scopes?: readonly string[];
      readonly port?: number;
    }
  /** The token that Kubernetes mounts into a pod. */
  | { readonly kind: "service-account-token"; readonly path?: string }
  | {
      /** Tokens of a service account that Kubernetes makes, with the rights of a kubeconfig. */
      readonly kind: "kubernetes";
      readonly serviceAccount: string;
      readonly namespace?: string;
      readonly context?: string;
      readonly audience?: string;
      readonly kubeconfig?: string;
    }
  /** What an earlier login has saved. */
  | { readonly kind: "session"; readonly username?: string };

/** The word for which kind of credentials is described. */
export type CredentialsKind = CredentialsDescription["kind"];
