import type { ConnectOptions } from "../connect/connect-options.ts";
import { parseEndpoint } from "../endpoint.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { connectionFailure } from "../errors/connection-failure.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { ResolvedAddress } from "../transport/tls-options.ts";
import type { DiagnosisPorts, TlsLook } from "./ports.ts";
import { failed, good, noted, type Probes, type Seen, skipped } from "./probes.ts";

/** Where a connection goes. */
interface Place {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  readonly host: string;
}

/** How long each of name, connection and TLS may take, in milliseconds. */
const STEP_MS = 3_000;

/** Goes through the connection to a host, one layer after the other: its name, its addresses, TLS. */
export async function probeNetwork(
  host: string,
  options: ConnectOptions,
  ports: DiagnosisPorts,
  probes: Probes,
  over: AbortSignal,
): Promise<void> {
  if (options.transport !== undefined || options.fetch !== undefined) {
    probes.note("dns", skipped("the caller brings its own way to connect"));
    return;
  }
  const target = placeOf(host);
  const proxy = options.proxy === undefined ? undefined : placeOf(options.proxy);
  const place = proxy ?? target;
  if (place === undefined || target === undefined) return;
  const addresses = await addressesOf(place, options, ports, probes);
  if (addresses.length === 0) return;
  const reached = await reachedOf(place, addresses, ports, probes, over);
  // What a proxy is asked for it reaches by itself.
  if (proxy !== undefined || !target.secure) return;
  const [first] = reached;
  if (first === undefined) {
    probes.note("tls", skipped("nothing answers at any address"));
    return;
  }
  await probes.look("tls", async () => {
    try {
      const look = await ports.network.tls({ ...target, address: first.address }, options.tls ?? {}, STEP_MS, over);
      return ofTls(look, target, options, ports.wallTime());
    } catch (error) {
      const { code, message } = failureOf(error, target);
      return failed(message, code);
    }
  });
}

/**
 * Whether a port that was asked in plain HTTP, and cut the connection, speaks TLS: Envoy says nothing where others tell.
 *
 * @returns what is wrong then; undefined where it speaks none, or was not asked directly.
 */
export async function speaksOnlyTls(
  host: string,
  options: ConnectOptions,
  { network }: DiagnosisPorts,
  over: AbortSignal,
): Promise<KfpError | undefined> {
  const place = placeOf(host);
  const isDirect = options.transport === undefined && options.fetch === undefined && options.proxy === undefined;
  if (place === undefined || place.secure || !isDirect) return undefined;
  const { hostname } = place;
  try {
    const isAddress = /^[\d.]+$/.test(hostname) || hostname.includes(":");
    const [first] = isAddress ? [{ address: hostname }] : await network.lookup(hostname, STEP_MS, options.lookup);
    if (first === undefined) return undefined;
    await network.tls({ ...place, address: first.address }, options.tls ?? {}, STEP_MS, over);
  } catch {
    return undefined;
  }
  const message = `${host}: the port speaks only TLS; it was asked without, and cut the connection.`;
  return new KfpError("TLS_EXPECTED", { message, fix: `Use ${host.replace(/^http:/i, "https:")}` });
}

function placeOf(host: string): Place | undefined {
  try {
    const { origin } = parseEndpoint(host);
    const url = new URL(origin);
    const secure = url.protocol === "https:";
    const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
    return { hostname: url.hostname.replace(/^\[|\]$/g, ""), port, secure, host: origin };
  } catch {
    return undefined;
  }
}

async function addressesOf(
  place: Place,
  { lookup }: ConnectOptions,
  { network }: DiagnosisPorts,
  probes: Probes,
): Promise<readonly ResolvedAddress[]> {
  const { hostname } = place;
  if (/^[\d.]+$/.test(hostname) || hostname.includes(":")) {
    return [{ address: hostname, family: hostname.includes(":") ? 6 : 4 }];
  }
  let found: readonly ResolvedAddress[] = [];
  await probes.look("dns", async () => {
    try {
      found = await network.lookup(hostname, STEP_MS, lookup);
      if (found.length === 0) return failed(`${hostname} has no address`, "HOST_NOT_FOUND");
      return good(`${hostname} is ${found.map(({ address }) => address).join(", ")}`);
    } catch (error) {
      const { code, message } = failureOf(error, place);
      return failed(message, code);
    }
  });
  return found;
}

/** The addresses at which a connection comes about, in their order. All are tried, at the same time. */
async function reachedOf(
  place: Place,
  addresses: readonly ResolvedAddress[],
  { network }: DiagnosisPorts,
  probes: Probes,
  over: AbortSignal,
): Promise<readonly ResolvedAddress[]> {
  const tried = await Promise.all(
    addresses.slice(0, 8).map(async (address) => {
      let isReached = false;
      const seen = await probes.look("tcp", async () => {
        const where = `${address.family === 6 ? `[${address.address}]` : address.address}:${place.port}`;
        try {
          await network.tcp(address.address, place.port, STEP_MS, over);
          isReached = true;
          return good(`${where} accepts connections`);
        } catch (error) {
          const { code } = failureOf(error, place);
          return { outcome: "failed", saw: `${where}: ${titles[code] ?? "no connection"}`, code } satisfies Seen;
        }
      });
      return { address, isReached, seen };
    }),
  );
  return tried.filter(({ isReached }) => isReached).map(({ address }) => address);
}

const titles: Partial<Record<ErrorCode, string>> = {
  CONNECTION_REFUSED: "nothing listens there",
  CONNECT_TIMEOUT: "no answer; something on the way may drop what is sent",
  HOST_UNREACHABLE: "there is no way to it",
};

function ofTls(look: TlsLook, place: Place, { tls }: ConnectOptions, now: number): readonly Seen[] {
  const { protocol, subject, names, issuer, validFrom, validTo, problem } = look;
  const shown = names.slice(0, 5).join(", ");
  const saw = `${protocol}; the certificate of ${subject || "nobody"} (${shown || "no names"}), issued by ${issuer || "nobody"}, is valid from ${day(validFrom)} to ${day(validTo)}`;
  if (problem !== undefined) {
    const { code, message } = failureOf(Object.assign(new Error(problem), { code: problem }), place);
    return [
      tls?.insecureSkipVerify === true ? noted(`${saw}; it is not checked`, code) : failed(`${saw}: ${message}`, code),
    ];
  }
  const daysLeft = Math.floor((validTo.getTime() - now) / 86_400_000);
  return [daysLeft <= 14 ? noted(`${saw}: that is in ${daysLeft} days`) : good(saw)];
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an unknown day" : date.toISOString().slice(0, 10);
}

/** The same words as a call has for it. */
function failureOf(error: unknown, { host }: Place) {
  const { code, message } = connectionFailure(error, { operation: "probe", host });
  return { code, message: message.replace(/^probe: /, "").replace(/\.$/, "") };
}
