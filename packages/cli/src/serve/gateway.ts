import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { ExternalProvider, Gateway, Kubeflow, OwnProvider } from "@kfp-ts/kubeflow";
import type { Log, RunningServer } from "@kfp-ts/server";
import { CommandError, UsageError } from "../command-error.ts";
import { flag, option, textOption, type ValuesOf } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import { passwordsFailureOf } from "../kubeflow/report-kubeflow-error.ts";
import { chooseTls, type tlsOptions } from "./tls.ts";

const generations = ["oauth2-proxy", "authservice", "none"] as const;
const port = wholeNumber(0, 65_535);

/** The options of the gateway of full Kubeflow: how people come in from outside the cluster. */
export const gatewayOptions = {
  gateway: option(
    "kind",
    "With --kubeflow: which gateway people log in at. oauth2-proxy behaves as Kubeflow 1.9 and later, authservice as before.",
    readGeneration,
    { otherwise: "oauth2-proxy; none for no gateway", completes: generations },
  ),
  gatewayPort: option("number", "The port of the gateway; 0 for any that is free.", port, { otherwise: "8080" }),
  gatewayHost: option("address", "The address that the gateway listens on.", readHost, {
    otherwise: "127.0.0.1, and ::1",
  }),
  externalUrl: textOption("url", "How browsers call the gateway behind a proxy: https://kubeflow.example.com.", {
    otherwise: "http://localhost and its port",
  }),
  extAuthzPort: option(
    "number",
    "Answer an Envoy here that asks whether to let a request on (ext_authz over HTTP); 0 for any port that is free.",
    port,
    { otherwise: "nobody is answered" },
  ),
  m2m: textOption("audience", "Let programs in at the gateway with tokens of service accounts for this audience."),
  m2mAnyAudience: flag("The same, whatever the audience of the token is, as Istio's default rule has it."),
  oidcIssuer: textOption("url", "Log people in at this OpenID provider instead of the built-in one."),
  oidcClientId: textOption("id", "Who the gateway is there."),
  oidcClientSecretFile: textOption("path", "A file with its secret there."),
  passwords: textOption("path", "A YAML file with more users (staticPasswords, as Dex has them). Followed."),
  ldap: textOption("path", "A YAML file that says which LDAP directory has users, as Dex's LDAP connector has it."),
};

type GatewayValues = ValuesOf<typeof gatewayOptions> & {
  readonly allowedHost: readonly string[];
  readonly allowOrigin: readonly string[];
} & ValuesOf<typeof tlsOptions>;

/** What stands behind the gateway. */
export interface BehindGateway {
  readonly server: RunningServer;
  readonly kubeflow: Kubeflow;
  /** The data directory. */
  readonly dataDirectory: string;
  readonly io: Io;
  readonly log: Log;
}

/** A gateway, and what is told of it. */
export interface OpenedGateway {
  readonly gateway: Gateway;
  /** Whether the password that everybody knows lets somebody in. */
  readonly hasDefaultUser: boolean;
}

/**
 * Under which names and origins the server behind the gateway is called, beyond those that the options say.
 *
 * @throws UsageError for an external URL that is none
 */
export function namesOfGateway({ externalUrl, gatewayHost }: ValuesOf<typeof gatewayOptions>) {
  const url = externalUrl === undefined ? undefined : readUrl("--external-url", externalUrl);
  if (url !== undefined && `${url.pathname}${url.search}${url.hash}` !== "/") {
    throw new UsageError(
      `--external-url is "${externalUrl}", and the gateway lives at no path but at the root.`,
      `Write it as ${url.origin}, and let the proxy pass all paths on as they are.`,
    );
  }
  const own = gatewayHost === undefined || gatewayHost === "0.0.0.0" || gatewayHost === "::" ? [] : [gatewayHost];
  return {
    hosts: [...(url === undefined ? [] : [url.hostname]), ...own],
    origins: url === undefined ? [] : [url.origin],
  };
}

/** What options of the gateway say that means nothing without one. */
export function gatewayOptionsSaid(options: ValuesOf<typeof gatewayOptions>): readonly string[] {
  return Object.entries({
    "--gateway": options.gateway !== undefined,
    "--gateway-port": options.gatewayPort !== undefined,
    "--gateway-host": options.gatewayHost !== undefined,
    "--external-url": options.externalUrl !== undefined,
    "--ext-authz-port": options.extAuthzPort !== undefined,
    "--m2m": options.m2m !== undefined,
    "--m2m-any-audience": options.m2mAnyAudience,
    "--oidc-issuer": options.oidcIssuer !== undefined,
    "--oidc-client-id": options.oidcClientId !== undefined,
    "--oidc-client-secret-file": options.oidcClientSecretFile !== undefined,
    "--passwords": options.passwords !== undefined,
    "--ldap": options.ldap !== undefined,
  }).flatMap(([name, given]) => (given ? [name] : []));
}

/** Looks at what can be wrong before anything is opened. @throws UsageError; CommandError where a file cannot be read */
export async function checkGatewayOptions(options: ValuesOf<typeof gatewayOptions>): Promise<void> {
  if (options.gateway === "none") {
    const [said] = gatewayOptionsSaid(options).filter((name) => name !== "--gateway");
    if (said === undefined) return;
    throw new UsageError(`${said} means something to a gateway, and --gateway none is to have none.`);
  }
  namesOfGateway(options);
  if (options.m2m !== undefined && options.m2mAnyAudience) {
    throw new UsageError("--m2m and --m2m-any-audience exclude each other.", "Give one of them.");
  }
  const provider = await providerElsewhere(options);
  const local = options.passwords === undefined ? (options.ldap === undefined ? undefined : "--ldap") : "--passwords";
  if (provider !== undefined && local !== undefined) {
    throw new UsageError(
      `${local} and --oidc-issuer exclude each other: the one brings users, the other knows its own.`,
    );
  }
}

/**
 * Opens the gateway before a server that answers already.
 *
 * @returns undefined for `--gateway none`
 * @throws UsageError and CommandError where options or files are wrong, or a port is not free
 */
export async function startGateway(options: GatewayValues, behind: BehindGateway): Promise<OpenedGateway | undefined> {
  const { gateway: generation = "oauth2-proxy", gatewayHost, externalUrl } = options;
  if (generation === "none") return undefined;
  try {
    return await openWith(options, behind, { generation, gatewayHost, externalUrl });
  } catch (error) {
    throw passwordsFailureOf(error);
  }
}

async function openWith(
  options: GatewayValues,
  { server, kubeflow, dataDirectory, io, log }: BehindGateway,
  chosen: {
    readonly generation: "oauth2-proxy" | "authservice";
    readonly gatewayHost: string | undefined;
    readonly externalUrl: string | undefined;
  },
): Promise<OpenedGateway> {
  const { openGateway } = await import("@kfp-ts/kubeflow");
  const { createRequestGuard } = await import("@kfp-ts/server");
  const { hosts, origins } = namesOfGateway(options);
  const folder = join(dataDirectory, "kubeflow");
  const elsewhere = await providerElsewhere(options);
  const own = elsewhere === undefined ? await ownUsers(options, { folder, io, log }) : undefined;
  const tls = await chooseTls(options, undefined);
  const audience = options.m2mAnyAudience ? "any" : options.m2m;
  const gateway = await openGateway({
    generation: chosen.generation,
    dataDirectory: join(folder, "gateway"),
    upstream: (incoming, outgoing, { user }, url) => {
      const visit = () => ({
        namespaces: kubeflow.profiles
          .list()
          .flatMap(({ metadata, spec }) =>
            spec.owner.kind === "User" && spec.owner.name === user ? [metadata.name] : [],
          ),
        url,
        signOut: chosen.generation === "authservice" ? "/authservice/logout" : "/oauth2/sign_out",
      });
      return server.handle(incoming, outgoing, { user, visit });
    },
    guard: createRequestGuard({
      allowedHosts: [...options.allowedHost, ...hosts.map(hostName)],
      allowOrigins: options.allowOrigin.filter((origin) => !origins.includes(origin)),
    }),
    host: chosen.gatewayHost,
    port: options.gatewayPort ?? 8080,
    tls,
    extAuthzPort: options.extAuthzPort,
    externalUrl: chosen.externalUrl,
    provider: elsewhere ?? { open: (provider) => openOwnProvider(provider, { own, folder, io, log }) },
    serviceAccounts:
      audience === undefined ? undefined : { issuer: kubeflow.issuer.issuer, review: kubeflow.reviewToken, audience },
    clock: io,
    log,
  }).catch(async (error: unknown) => {
    await own?.close();
    throw error;
  });
  return { gateway, hasDefaultUser: (await own?.hasDefaultUser()) ?? false };
}

type OwnUsers = Awaited<ReturnType<typeof ownUsers>>;

/** The users of the built-in identity provider. While everybody knows a password of them, only this machine gets in. */
async function ownUsers(
  options: GatewayValues,
  { folder, io, log }: { readonly folder: string; readonly io: Io; readonly log: Log },
) {
  const { openLdap, openStaticPasswords, throttle } = await import("@kfp-ts/kubeflow");
  const { passwords: more, ldap } = options;
  const passwords = await openStaticPasswords({
    path: join(folder, "passwords.yaml"),
    morePaths: more === undefined ? [] : [more],
    env: io.env,
    log,
  });
  try {
    if (isOpenToOthers(options)) {
      if (await passwords.defaultPasswordIsValid()) {
        throw new UsageError(
          "user@example.com has the password 12341234, which everybody knows, and others could reach the gateway.",
          "Give that user another one with kfp-ts passwords set user@example.com, or leave out --gateway-host and --external-url.",
        );
      }
      passwords.refuseDefaultPassword();
    }
    const directory = ldap === undefined ? undefined : await openLdap({ path: ldap, env: io.env, log });
    const connectors = directory === undefined ? [passwords] : [passwords, directory];
    return {
      connectors: connectors.map((connector) => throttle(connector, { clock: io })),
      hasDefaultUser: () => passwords.defaultPasswordIsValid(),
      close: async () => {
        await Promise.all(connectors.map((connector) => connector.close()));
      },
    };
  } catch (error) {
    await passwords.close();
    throw error;
  }
}

async function openOwnProvider(
  { issuer, clientSecret, redirectUris }: OwnProvider,
  {
    own,
    folder,
    io,
    log,
  }: { readonly own: OwnUsers | undefined; readonly folder: string; readonly io: Io; readonly log: Log },
) {
  const { GATEWAY_CLIENT_ID, openIdentityProvider, PUBLIC_CLIENT_ID } = await import("@kfp-ts/kubeflow");
  return openIdentityProvider({
    issuer,
    connectors: own?.connectors ?? [],
    clients: [
      { id: GATEWAY_CLIENT_ID, name: "Kubeflow", secret: clientSecret, redirectUris },
      {
        id: PUBLIC_CLIENT_ID,
        name: "a program on your machine",
        secret: undefined,
        redirectUris: ["http://127.0.0.1", "http://localhost", "http://[::1]"],
      },
    ],
    dataDirectory: join(folder, "identity"),
    clock: io,
    log,
  });
}

async function providerElsewhere(options: ValuesOf<typeof gatewayOptions>): Promise<ExternalProvider | undefined> {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecretFile: file } = options;
  if (issuer === undefined && clientId === undefined && file === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || file === undefined) {
    throw new UsageError(
      "--oidc-issuer, --oidc-client-id and --oidc-client-secret-file belong together.",
      "Give all of them.",
    );
  }
  readUrl("--oidc-issuer", issuer);
  try {
    return { issuer, clientId, clientSecret: (await readFile(file, "utf8")).trim() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`The file ${file} of --oidc-client-secret-file cannot be read (${code}).`);
  }
}

function isOpenToOthers({ gatewayHost, externalUrl }: ValuesOf<typeof gatewayOptions>): boolean {
  const isElsewhere = (host: string): boolean => !/^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
  return [gatewayHost, externalUrl === undefined ? undefined : new URL(externalUrl).hostname].some(
    (host) => host !== undefined && isElsewhere(host),
  );
}

function hostName(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

function readUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "https:" || url.protocol === "http:") && url.username === "") return url;
  throw new UsageError(`${name} is "${text}", which is no URL.`, "Write it as https://kubeflow.example.com.");
}

/** Not all that a system takes for an address (`127.1`, an empty one for all there are) is one that says where it leads. */
function readHost(text: string): string {
  if (isIP(text) !== 0 || /^(?:[a-z0-9-]+\.)*(?=[a-z0-9-]*[a-z])[a-z0-9-]+$/i.test(text)) return text;
  throw new UsageError(
    `"${text}" is neither an IP address nor a name; write it as 192.0.2.7, fd00::7 or kubeflow.example.com.`,
  );
}

function readGeneration(text: string): (typeof generations)[number] {
  const found = generations.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is no gateway; there are ${generations.join(", ")}.`);
}
