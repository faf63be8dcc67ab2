import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { browserLoginFailed } from "../errors/browser-login-failure.ts";
import { pageHeaders, resultPage } from "./result-page.ts";

/** Under which name of this machine the browser comes back. */
export type LoopbackHost = "127.0.0.1" | "localhost";

/** What the listener is for. */
export interface ExpectedReturn {
  /** Where the browser is sent from the start address. */
  readonly login: URL;
  /** What the right return carries; every other one is somebody else's. */
  readonly state: string;
  /** Turns the return into a login; the browser waits for how it ends. */
  arrived(returned: URL): Promise<void>;
}

/** Characters of the start address that nobody can guess. */
const START_BYTES = 24;

/**
 * Listens on this machine for one login: sends the browser to the identity provider, and takes it back (RFC 8252 §7.3).
 * The address that the browser is opened with stands in lists of processes, and the one of the provider must not: hence
 * the start address, which works once.
 */
export class LoopbackListener {
  readonly #server: Server;
  readonly #host: LoopbackHost;
  readonly #port: number;
  readonly #start = randomWord();
  #expected: ExpectedReturn | undefined;
  #started = false;
  #arrived = false;

  private constructor(server: Server, host: LoopbackHost, port: number) {
    this.#server = server;
    this.#host = host;
    this.#port = port;
    server.on("request", (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /**
   * @param port - 0 for any that is free.
   * @throws KfpError BROWSER_LOGIN_FAILED where the port is taken
   */
  static async open(host: LoopbackHost, port: number): Promise<LoopbackListener> {
    const { createServer } = await import("node:http");
    const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 10_000, headersTimeout: 10_000 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: Error & { code?: string }) => {
        const fact = cause.code === "EADDRINUSE" ? "something else listens there" : (cause.code ?? cause.message);
        reject(
          browserLoginFailed(
            `The browser cannot come back to port ${port} of this machine: ${fact}.`,
            "Leave the port out, and one that is free is taken; or name another one.",
            cause,
          ),
        );
      });
      server.listen(port, "127.0.0.1", resolve);
    });
    const address = server.address();
    return new LoopbackListener(server, host, typeof address === "object" && address !== null ? address.port : port);
  }

  /** Where the provider sends the browser. */
  get redirectUri(): string {
    return `http://${this.#host}:${this.#port}/callback`;
  }

  /** What the browser is opened with. */
  get startUrl(): string {
    return `http://${this.#host}:${this.#port}/login/${this.#start}`;
  }

  /** From now on the browser may come. */
  expect(expected: ExpectedReturn): void {
    this.#expected = expected;
  }

  /** Ends it. What is being answered is answered. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  async #answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const expected = this.#expected;
    // A page elsewhere can have its own name lead here, and read what is answered.
    if (headers.host !== `${this.#host}:${this.#port}`) return plain(response, 421, "Not under this name.");
    if (method !== "GET") return plain(response, 405, "Only pages are read here.");
    // Only a person who goes there: no image, frame or script of another page.
    const mode = headers["sec-fetch-mode"];
    const dest = headers["sec-fetch-dest"];
    if ((mode !== undefined && mode !== "navigate") || (dest !== undefined && dest !== "document")) {
      return plain(response, 403, "Only for whoever logs in.");
    }
    if (expected === undefined || !URL.canParse(url, this.redirectUri)) return plain(response, 404, "Nothing here.");
    const asked = new URL(url, this.redirectUri);
    if (asked.pathname === `/login/${this.#start}`) return this.#begin(expected, response);
    if (asked.pathname !== "/callback") return plain(response, 404, "Nothing here.");
    if (asked.searchParams.get("state") !== expected.state || this.#arrived) {
      // It may be an older window, or somebody else: the login that is under way goes on.
      const text = "This answer does not belong to the login that is under way. Go on in the window of that one.";
      return show(response, 400, "Nothing has happened", text);
    }
    this.#arrived = true;
    try {
      await expected.arrived(asked);
    } catch (error) {
      const text = error instanceof Error ? error.message : "";
      return show(response, 400, "You are not logged in", `${text} You can close this page.`);
    }
    return show(response, 200, "You are logged in", "You can close this page.");
  }

  #begin({ login }: ExpectedReturn, response: ServerResponse): void {
    if (this.#started) {
      show(response, 410, "This address has been used", "Start the login again from where you started it.");
    } else {
      this.#started = true;
      response.writeHead(302, { ...pageHeaders, location: login.href }).end();
    }
  }
}

function show(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, pageHeaders).end(resultPage(title, text));
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...pageHeaders, "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function randomWord(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(START_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
