import { parseEndpoint } from "../endpoint.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import type { Recognised } from "../recognition/recognised.ts";
import type { ConnectSource } from "./connect-step.ts";
import type { Search, Target } from "./target.ts";
import type { Trail } from "./trail.ts";

type Pipelines = Extract<Recognised, { readonly kind: "pipelines" }>;

/** Why this way was taken, and which others were passed over; and what was found at its end. */
export async function reasons(
  source: ConnectSource,
  target: Target,
  found: Pipelines,
  { ports, trail }: Search & { readonly trail: Trail },
): Promise<{ readonly why: string; readonly fact: string }> {
  const { host, multiUser, serverVersion, gateway, corrected } = found;
  const failed = trail.steps.filter(({ outcome }) => outcome === "failed").map(({ fact }) => fact);
  const others = await passedOver(source, host, { ports });
  const what = `${target.what.charAt(0).toUpperCase()}${target.what.slice(1)}`;
  const parts = [`${what}.`, corrected, ...(target.notes ?? [])];
  const why = [...parts, ...failed, ...others].filter((part) => part !== undefined).join(" ");
  const version = serverVersion === undefined ? "" : ` ${serverVersion}`;
  const users = multiUser ? "for many users" : "for a single user";
  const behind = gateway === undefined ? "" : gateway === "other" ? ", behind a gateway" : `, behind ${gateway}`;
  const at = corrected === undefined ? host : `${host} (${target.host} was given)`;
  return { why, fact: `${what}: Kubeflow Pipelines${version} ${users}${behind}, at ${at}.` };
}

/** What could have been used as well, and is known without asking anybody. */
async function passedOver(source: ConnectSource, host: string, { ports }: Pick<Search, "ports">): Promise<string[]> {
  const others: string[] = [];
  const inEnvironment = ports.platform.surroundings.variable("KF_PIPELINES_ENDPOINT");
  if ((source === "passed" || source === "context") && inEnvironment !== undefined && !isSame(inEnvironment, host)) {
    others.push("KF_PIPELINES_ENDPOINT says another one, and was passed over.");
  }
  // Whoever passes a host knows what they want; nothing is read for them.
  if (source === "passed" || source === "announced") return others;
  const servers = (await ports.announced?.().catch(() => [])) ?? [];
  const elsewhere = servers.filter(({ endpoint, gateway }) => !isSame(endpoint, host) && !isSame(gateway ?? "", host));
  const local = elsewhere.map(({ endpoint }) => endpoint);
  if (local.length > 0) others.push(`Passed over was what runs on this machine: ${local.join(", ")}.`);
  return others;
}

function isSame(given: string, host: string): boolean {
  try {
    return parseEndpoint(given).url === host;
  } catch (error) {
    if (isKfpError(error)) return false;
    throw error;
  }
}
