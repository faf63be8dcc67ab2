import type { ReviewToken } from "@kfp-ts/server/ports";
import type { Visitor } from "../upstream.ts";
import type { TokenFault } from "./bearer-answer.ts";
import { issuerSpellings } from "./issuer-spellings.ts";
import type { ProviderTokens } from "./provider-tokens.ts";
import { readToken } from "./read-token.ts";

/** Tokens of service accounts, and for whom they have to be. */
export interface ServiceAccountTokens {
  /** What they say they come from. */
  readonly issuer: string;
  readonly review: ReviewToken;
  /** For whom they have to be; "any" for whomever, as Istio's default rule has it. */
  readonly audience: string | "any";
}

/** Who may come with a token. */
export interface BearerTokensOptions {
  /** The issuer of the identity provider. */
  readonly issuer: string;
  readonly provider: Pick<ProviderTokens, "check">;
  /** Undefined where those of service accounts are not taken. */
  readonly serviceAccounts?: ServiceAccountTokens | undefined;
}

/** A token has a kilobyte or two; what is far longer is not looked at. */
const LONGEST = 32_768;

/** Looks at the tokens that programs bring. */
export class BearerTokens {
  readonly #options: BearerTokensOptions;

  constructor(options: BearerTokensOptions) {
    this.#options = options;
  }

  /** Whom a token is of, or what is wrong with it. @throws ReviewUnavailableError where it cannot be found out now */
  async check(token: string): Promise<Visitor | TokenFault> {
    const { issuer, provider, serviceAccounts } = this.#options;
    const read = token.length > LONGEST ? "Jwt verification fails" : readToken(token);
    if (typeof read === "string") return read;
    if (issuerSpellings(issuer).includes(read.issuer)) return provider.check(token);
    if (serviceAccounts === undefined || read.issuer !== serviceAccounts.issuer) return "Jwt issuer is not configured";
    const { audience, review } = serviceAccounts;
    if (audience !== "any" && !read.audiences.includes(audience)) return "Audiences in Jwt are not allowed";
    const { authenticated, user, error } = await review(token, audience === "any" ? read.audiences : [audience]);
    if (authenticated) return { user, token };
    return /expired/i.test(error) ? "Jwt is expired" : "Jwt verification fails";
  }
}
