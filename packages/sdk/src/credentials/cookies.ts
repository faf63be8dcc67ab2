import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { Credentials, CredentialsRefusal } from "./credentials.ts";
import { singleFlight } from "./single-flight.ts";

/**
 * Where cookies come from: themselves, as a `Cookie` header has them, or a function that gives those that are valid now.
 *
 * @example
 * import { type CookieSource, cookies } from "@kfp-ts/sdk";
 *
 * const source: CookieSource = () => process.env.KUBEFLOW_COOKIES ?? "";
 * console.log(typeof cookies(source).headers);
 */
export type CookieSource = string | (() => string | Promise<string>);

/**
 * Sends cookies that somebody else has got, such as those of a browser: `oauth2_proxy_kubeflow=…` from Kubeflow 1.9 on,
 * `authservice_session=…` before, or all of them. They are sent exactly as given, to the endpoint alone. A function is
 * asked before every attempt, requests at the same time share one call of it; after a refusal the request is repeated
 * where it gives others. Works in Node only: browsers send their own.
 *
 * @param source - The cookies, `name=value; name=value`, or what gives them.
 * @throws KfpError BAD_OPTION where they are empty or no cookies; from calls CREDENTIALS_FAILED for those of a function.
 *
 * @example
 * import { Client, cookies } from "@kfp-ts/sdk";
 *
 * const credentials = cookies(() => process.env.KUBEFLOW_COOKIES ?? "");
 * console.log(new Client({ host: "https://kubeflow.example.com/pipeline", credentials }).host);
 */
export function cookies(source: CookieSource): Credentials {
  if (typeof source === "function") return new SuppliedCookies(source);
  const headers = { cookie: cookieHeader(source, badOption) };
  return { headers: () => headers };
}

class SuppliedCookies implements Credentials {
  readonly #ask: () => Promise<string>;

  constructor(supply: () => string | Promise<string>) {
    this.#ask = singleFlight(async () => cookieHeader(await supply(), credentialsFailed));
  }

  async headers(): Promise<{ cookie: string }> {
    return { cookie: await this.#ask() };
  }

  async refused({ sent }: CredentialsRefusal): Promise<boolean> {
    return (await this.#ask()) !== sent.cookie;
  }
}

function cookieHeader(given: string, failed: (message: string) => KfpError): string {
  const text =
    typeof given === "string"
      ? given
          .trim()
          .replace(/^cookie:\s*/i, "")
          .replace(/;\s*$/, "")
      : "";
  if (text === "") throw failed("There are no cookies.");
  if (/[^\x20-\x7e\x80-\xff]/.test(text)) {
    throw failed("The cookies have characters that no cookie has, such as an end of line.");
  }
  const nameless = text.split(";").some((pair) => !/^\s*[^\s=;,"]+=/.test(pair));
  if (nameless) throw failed("Cookies have names: name=value; name=value.");
  return text;
}

function credentialsFailed(message: string): KfpError {
  return new KfpError("CREDENTIALS_FAILED", { message, fix: "Look at what gives the cookies." });
}
