import type { Style } from "../output/style.ts";

/** A fact with the word for it; further lines of the same fact have none. */
export type Row = readonly [label: string, text: string];

/** What a server for many users tells when it answers. */
export interface ReadyFacts {
  readonly rows: readonly Row[];
  /** Where its gateway serves the API; undefined without one. */
  readonly gateway?: string | undefined;
}

/** What is told when the server is ready. */
export interface BannerFacts {
  readonly url: string;
  readonly version: string;
  /** Where the data is, for people. */
  readonly data: string;
  /** What becomes of runs, for people. */
  readonly runs: string;
  /** How it knows who somebody is; none where it does not ask. */
  readonly identities?: readonly string[];
  /** What else there is to tell. */
  readonly more?: ReadyFacts | undefined;
}

/** What is told when the server is ready: where it is, where its data is, and how to connect. */
export function banner({ url, version, data, runs, identities = [], more }: BannerFacts, style: Style): string {
  const users = identities.map((line, index): Row => [index === 0 ? "users" : "", line]);
  const rows = [
    ["data", data] as const,
    ["runs", runs] as const,
    ...users,
    ...(more?.rows ?? []),
    ...ways(url, users.length > 0, more?.gateway),
  ];
  return [
    style.bold(`Kubeflow Pipelines API (kfp-ts ${version}) on ${url}`),
    ...rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`),
    style.dim("Ctrl-C stops it."),
    "",
  ].join("\n");
}

/** The line with which each language connects. */
function ways(url: string, asksWho: boolean, gateway: string | undefined): readonly Row[] {
  if (gateway !== undefined) {
    return [
      ["TypeScript", 'import { Client, dexPassword } from "@kfp-ts/sdk";'],
      ["", "const credentials = dexPassword({ username, password });"],
      ["", `const kfp = new Client({ host: ${JSON.stringify(gateway)}, credentials });`],
      ["command", `kfp-ts login ${gateway}`],
      ["", "kfp-ts experiments list --namespace NAMESPACE"],
    ];
  }
  if (asksWho) {
    return [
      ["TypeScript", 'import { Client, ServiceAccountTokenVolumeCredentials } from "@kfp-ts/sdk";'],
      ["", "const credentials = new ServiceAccountTokenVolumeCredentials({ path });"],
      ["", `const kfp = new Client({ host: ${JSON.stringify(url)}, credentials });`],
      ["curl", `curl -H "Authorization: Bearer $TOKEN" ${url}/apis/v2beta1/experiments?namespace=NAMESPACE`],
      ["command", "kfp-ts experiments list --namespace NAMESPACE --token-file PATH"],
    ];
  }
  return [
    ["TypeScript", 'import { Client } from "@kfp-ts/sdk";'],
    ["", `const kfp = new Client({ host: ${JSON.stringify(url)} });`],
    ["Python", "import kfp"],
    ["", `client = kfp.Client(host=${JSON.stringify(url)})`],
    ["curl", `curl ${url}/apis/v2beta1/experiments`],
    ["command", "kfp-ts experiments list"],
  ];
}
