import { nodeHttpTransport, type StoredCookie } from "@kfp-ts/sdk";
import { CookieJar, endpointOf, type KeptSession, keptSessions } from "@kfp-ts/sdk/contexts";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, textOption } from "../command-line/option.ts";
import { type Settings, settingsOf } from "../contexts/settings.ts";
import { printable } from "../output/printable.ts";

/** How long a server may take to end a session, in milliseconds. */
const PATIENCE_MS = 10_000;

/** `kfp-ts logout`: ends what `kfp-ts login` has begun. */
export const logout = command({
  name: "logout",
  summary: "End the sessions at an endpoint: at its gateway, where that can be done, and on this machine.",
  options: {
    all: flag("End the sessions at all endpoints."),
    username: textOption("name", "Only that of this user.", {
      otherwise: "those of everybody who has logged in there",
    }),
  },
  examples: ["logout", "logout --endpoint http://localhost:8080/pipeline", "logout --all"],
  async run({ options: { all, username }, session, io }) {
    const sessions = keptSessions(io.env);
    const said = { shared: session.shared, origins: session.origins, env: io.env, onlyShown: true };
    const settings =
      all && session.shared.context === undefined ? await settingsOf(said, async () => []) : await session.settings();
    const endpoint = all ? undefined : endpointFor(settings);
    const kept = ((await sessions?.list(endpoint)) ?? []).filter(
      ({ user }) => username === undefined || user === username,
    );
    if (sessions === undefined || kept.length === 0) {
      session.note(endpoint === undefined ? "No sessions are kept." : `No session at ${endpoint} is kept.`);
      return;
    }
    for (const one of kept) {
      const outcome = await endAtGateway(one, settings, session.signal, io.now);
      await sessions.delete(one);
      const whose = one.user === "" ? "The session" : `The session of ${printable(one.user)}`;
      session.note(`${whose} at ${one.endpoint} is deleted here. ${outcome}`);
    }
  },
});

function endpointFor({ endpoint }: Settings): string {
  if (endpoint !== undefined) return endpointOf(endpoint.value);
  throw new UsageError("Log out where? No endpoint was given.", "Say it: kfp-ts logout --endpoint URL, or --all");
}

/** @returns a sentence that says what became of it there. */
async function endAtGateway(
  { endpoint, session }: KeptSession,
  { context, caFile, insecureSkipVerify }: Settings,
  signal: AbortSignal,
  now: () => number,
): Promise<string> {
  if (session.kind === "tokens") return "The identity provider's tokens hold until they end by themselves.";
  const { origin } = new URL(endpoint);
  const isOwn = context === undefined || context.endpoint === endpoint;
  const transport = nodeHttpTransport({
    connectTimeoutMs: PATIENCE_MS,
    tls: {
      ...(isOwn && caFile !== undefined && { caFile: caFile.value }),
      ...(isOwn && insecureSkipVerify !== undefined && { insecureSkipVerify: true }),
    },
  });
  const send = (method: string, path: string, headers: Readonly<Record<string, string>>) =>
    transport.send({ origin, path, method, headers, body: undefined, timeoutMs: PATIENCE_MS, signal });
  const cookie = CookieJar.kept(session.cookies, now).header(endpoint);
  if (cookie === undefined) return "It had ended before.";
  const path = `${new URL(endpoint).pathname.replace(/\/$/, "")}/apis/v2beta1/experiments?page_size=1`;
  const isTaken = async (): Promise<boolean> => {
    const { status, headers } = await send("GET", path, { cookie, accept: "application/json" });
    // A refusal in JSON is the API's own, which has been asked: whoever asks is known.
    return status < 300 || ([400, 403, 404].includes(status) && String(headers["content-type"]).includes("json"));
  };
  try {
    if (!(await isTaken())) return "It had ended there before.";
    const authservice = session.cookies.find(({ name }: StoredCookie) => name === "authservice_session");
    if (authservice !== undefined) {
      await send("POST", "/authservice/logout", {
        authorization: `Bearer ${authservice.value}`,
        cookie,
      });
    } else await send("POST", "/oauth2/sign_out", { cookie, origin });
    return (await isTaken())
      ? "The gateway keeps no list of sessions and cannot end it: whoever has a copy of its cookie can use it until it ends by itself."
      : "It has ended at the gateway, too.";
  } catch (error) {
    return `The gateway could not be told: ${error instanceof Error ? error.message : String(error)}.`;
  } finally {
    transport.close?.();
  }
}
