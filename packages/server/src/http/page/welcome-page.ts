import { createHash } from "node:crypto";
import type { StoreCounts } from "../../ports/store.ts";
import type { Answer } from "../exchange.ts";
import type { Visit } from "../visit.ts";
import { Html, html } from "./html.ts";
import { style } from "./style.ts";

/** What the page tells. */
export interface WelcomeFacts {
  readonly version: string;
  /** Under which the reader has reached the server: `http://localhost:3000`. */
  readonly url: string;
  /** Undefined on a server for many users: what is there of others is nobody's business. */
  readonly counts: StoreCounts | undefined;
  /** Whom a gateway has logged in; undefined where there is none, or it has not. */
  readonly person?: Person | undefined;
}

/** Who looks at the page. */
interface Person extends Omit<Visit, "url"> {
  /** As Kubeflow calls them: an e-mail address. */
  readonly user: string;
}

const styleHash = createHash("sha256").update(style).digest("base64");

/** Only the page's own style is let in: no script, no image but the empty icon, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page for people who open the server in a browser: what this is, and how to connect to it. */
export function welcomePage(facts: WelcomeFacts): Answer {
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
      vary: "Accept",
    },
    body: `<!doctype html>\n${document(facts).text}\n`,
  };
}

function document({ version, url, counts, person }: WelcomeFacts): Html {
  // A gateway has the API below /pipeline, as in Kubeflow.
  const base = person === undefined ? "" : "/pipeline";
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kfp-ts · Kubeflow Pipelines API</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<main>
<header>
<h1>Kubeflow Pipelines API</h1>
<p class="lead">This is kfp-ts: the Kubeflow Pipelines API without Kubernetes. Work against it here, and move the same code to a cluster by changing the endpoint.</p>
<ul class="facts">
<li class="up">ready</li>
<li>version ${version}</li>
<li>${url}</li>
</ul>
</header>
${person === undefined ? (counts === undefined ? manyUsers : stored(counts)) : welcomed(person)}
<h2>Connect</h2>
<div class="ways">
${waysOf(url, counts === undefined, person).map(([language, code]) => snippet(language, code))}
</div>
<h2>More</h2>
<ul class="links">
<li><a href="${base}/apis/v2beta1/openapi.json">API document</a> <span>every operation, as OpenAPI 3.1</span></li>
<li><a href="${base}/apis/v2beta1/healthz">Health</a> <span>what the server says of itself</span></li>
${person === undefined ? metrics : []}
</ul>
<footer>Runs are accepted and stored; they stay pending until something executes them.</footer>
</main>
</body>
</html>`;
}

const manyUsers = html`<p>It serves many users, as a full Kubeflow does: everybody is asked who they are, and what they may do. The code below sends the token of a service account from the file that KF_PIPELINES_SA_TOKEN_PATH names.</p>`;

const metrics = html`<li><a href="/metrics">Metrics</a> <span>for Prometheus</span></li>`;

function welcomed({ user, namespaces, signOut }: Person): Html {
  const [first, ...more] = namespaces;
  const profiles =
    first === undefined
      ? html`You have no profile of your own yet: <code>kfp-ts profiles create NAME --owner ${user}</code>`
      : html`Your ${more.length === 0 ? "profile" : "profiles"}: <strong>${namespaces.join(", ")}</strong>.`;
  return html`<p>You are logged in as <strong>${user}</strong>. ${profiles}</p>
<p><a href="${signOut}">Log out</a></p>`;
}

function stored(counts: StoreCounts): Html {
  return html`<h2 id="stored">What is stored</h2>
<dl class="counts" aria-labelledby="stored">${countRows(counts)}</dl>`;
}

function countRows(counts: StoreCounts): readonly Html[] {
  const rows: ReadonlyArray<readonly [string, number]> = [
    ["experiments", counts.experiments],
    ["pipelines", counts.pipelines],
    ["pipeline versions", counts.pipelineVersions],
    ["runs", counts.runs],
    ["recurring runs", counts.recurringRuns],
  ];
  return rows.map(([name, count]) => html`<div><dt>${name}</dt><dd>${count}</dd></div>`);
}

/** Code can be wider than the screen: it scrolls, so it has to be reachable with the keyboard. */
function snippet(language: string, code: string): Html {
  return html`<section><h3>${language}</h3><pre tabindex="0" role="region" aria-label="${language} code"><code>${code}</code></pre></section>`;
}

/** A name to be read on the page. The server does not import it, and must not. */
const client = "@kfp-ts/sdk";

function waysOf(
  url: string,
  manyUsers: boolean,
  person: Person | undefined,
): ReadonlyArray<readonly [language: string, code: string]> {
  if (person !== undefined) {
    return [
      ["TypeScript", typescriptWithLogin(url, person)],
      ["Command line", commandWithLogin(url, person)],
    ];
  }
  return manyUsers
    ? [
        ["TypeScript", typescriptWithToken(url)],
        ["Python", pythonWithToken(url)],
        ["curl", curlWithToken(url)],
      ]
    : [
        ["TypeScript", typescriptOf(url)],
        ["Python", pythonOf(url)],
        ["curl", `curl ${url}/apis/v2beta1/experiments`],
      ];
}

function typescriptWithLogin(url: string, { user, namespaces: [namespace = "team-a"] }: Person): string {
  return `import { env } from "node:process";
import { Client, dexPassword } from "${client}";

const [username, namespace] = [${JSON.stringify(user)}, "${namespace}"];
const credentials = dexPassword({ username, password: env.KFP_PASSWORD ?? "" });
const client = new Client({ host: "${url}/pipeline", namespace, credentials });
for await (const run of client.runs.list()) console.log(run.displayName, run.state);`;
}

function commandWithLogin(url: string, { namespaces: [namespace = "team-a"] }: Person): string {
  return `kfp-ts login ${url}/pipeline
kfp-ts runs list --namespace ${namespace}`;
}

function typescriptWithToken(url: string): string {
  return `import { Client, ServiceAccountTokenVolumeCredentials } from "${client}";

const credentials = new ServiceAccountTokenVolumeCredentials();
const client = new Client({ host: "${url}", credentials, namespace: "team-a" });
for await (const run of client.runs.list()) console.log(run.displayName, run.state);`;
}

function pythonWithToken(url: string): string {
  return `import kfp
from kfp.client.set_volume_credentials import ServiceAccountTokenVolumeCredentials

client = kfp.Client(host="${url}", credentials=ServiceAccountTokenVolumeCredentials())
print(client.list_runs(namespace="team-a"))`;
}

function curlWithToken(url: string): string {
  return `curl -H "Authorization: Bearer $(cat $KF_PIPELINES_SA_TOKEN_PATH)" \\
  "${url}/apis/v2beta1/experiments?namespace=team-a"`;
}

function typescriptOf(url: string): string {
  return `import { Client } from "${client}";

const client = new Client({ host: "${url}" });
for await (const run of client.runs.list()) console.log(run.displayName, run.state);`;
}

function pythonOf(url: string): string {
  return `import kfp

client = kfp.Client(host="${url}")
print(client.list_experiments())`;
}
