import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { Credentials, CredentialsRefusal } from "./credentials.ts";
import { singleFlight } from "./single-flight.ts";

/**
 * Where a token comes from: itself, or a function that gives the one that is valid now.
 *
 * @example
 * import { bearerToken, type TokenSource } from "@kfp-ts/sdk";
 *
 * const source: TokenSource = () => process.env.KFP_TOKEN ?? "";
 * console.log(typeof bearerToken(source).headers);
 */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * Sends `Authorization: Bearer …`. A function is asked before every attempt, so a token that changes is picked up;
 * requests at the same time share one call of it. After a refusal it is asked again, and the request is repeated when
 * the token is another one.
 *
 * @param token - The token, or what gives it.
 * @throws KfpError BAD_OPTION when the token is empty or cannot be a token.
 *
 * @example
 * import { readFile } from "node:fs/promises";
 * import { bearerToken, Client } from "@kfp-ts/sdk";
 *
 * const credentials = bearerToken(() => readFile("/var/run/secrets/kubeflow/pipelines/token", "utf8"));
 * console.log(new Client({ host: "http://ml-pipeline-ui.kubeflow", credentials }).host);
 */
export function bearerToken(token: TokenSource): Credentials {
  if (typeof token === "function") return new SuppliedToken(token);
  const headers = { authorization: authorization(token, badOption) };
  return { headers: () => headers };
}

class SuppliedToken implements Credentials {
  readonly #ask: () => Promise<string>;

  constructor(supply: () => string | Promise<string>) {
    this.#ask = singleFlight(async () => authorization(await supply(), credentialsFailed));
  }

  async headers(): Promise<{ authorization: string }> {
    return { authorization: await this.#ask() };
  }

  async refused({ sent }: CredentialsRefusal): Promise<boolean> {
    return (await this.#ask()) !== sent.authorization;
  }
}

function authorization(token: string, failed: (message: string) => KfpError): string {
  const text = typeof token === "string" ? token.trim() : "";
  if (text === "") throw failed("The token is empty.");
  // Header values are visible ASCII; anything else is a file of another kind, or two tokens in one.
  if (!/^[\x21-\x7e]+$/.test(text)) throw failed("The token has characters that no token has, such as spaces.");
  return `Bearer ${text}`;
}

function credentialsFailed(message: string): KfpError {
  return new KfpError("CREDENTIALS_FAILED", { message, fix: "Look at what gives the token." });
}
