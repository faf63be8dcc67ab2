import type { Style } from "../output/style.ts";

/** What is told when the server is ready. */
export interface BannerFacts {
  readonly url: string;
  readonly version: string;
  /** Where the data is, for people. */
  readonly data: string;
  /** How it knows who somebody is; none where it does not ask. */
  readonly identities?: readonly string[];
  /** What else there is to tell, with what it is. */
  readonly more?: ReadonlyArray<readonly [label: string, text: string]> | undefined;
}

/** What is told when the server is ready: where it is, where its data is, and how to connect. */
export function banner({ url, version, data, identities = [], more = [] }: BannerFacts, style: Style): string {
  const host = JSON.stringify(url);
  const asked = identities
    .map((line, index) => `${index === 0 ? "  users       " : "              "}${line}\n`)
    .join("");
  const told = more.map(([label, text]) => `  ${label.padEnd(12)}${text}\n`).join("");
  const [header, query] =
    identities.length === 0 ? ["", ""] : [' -H "Authorization: Bearer $TOKEN"', "?namespace=NAMESPACE"];
  return `${style.bold(`Kubeflow Pipelines API (kfp-ts ${version}) on ${url}`)}
  data        ${data}
${asked}${told}  TypeScript  import { Client } from "@kfp-ts/sdk";
              const kfp = new Client({ host: ${host} });
  Python      import kfp
              client = kfp.Client(host=${host})
  curl        curl${header} ${url}/apis/v2beta1/experiments${query}
  here        kfp-ts experiments list
${style.dim("Ctrl-C stops it.")}
`;
}
