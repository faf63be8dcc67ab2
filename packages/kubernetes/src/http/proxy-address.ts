/** An HTTP proxy. */
export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
  /** The whole value of `Proxy-Authorization`, where the proxy's URL has a user. */
  readonly authorization: string | undefined;
}

/** Why a text is no proxy that can be used here. It is not quoted: it may hold a password. */
export interface UnusableProxy {
  readonly wrong: "MALFORMED" | "UNSUPPORTED";
  readonly fact: string;
}

/** Reads the URL of a proxy. Only what speaks HTTP, without TLS to itself, is spoken to here. */
export function parseProxy(text: string): ProxyAddress | UnusableProxy {
  if (!URL.canParse(text)) return { wrong: "MALFORMED", fact: "no URL" };
  const url = new URL(text);
  if (url.protocol !== "http:") {
    return { wrong: "UNSUPPORTED", fact: `of the kind ${url.protocol}//, and only http:// proxies are supported` };
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
    authorization: authorizationOf(url),
  };
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const login = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

/** A percent sign that begins nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
