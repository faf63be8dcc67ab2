import { type OutgoingHttpHeaders, request } from "node:http";

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookies: readonly string[];
  readonly body: string;
}

/** A browser, as far as a gateway sees one: it keeps cookies, follows nothing by itself, and sends what it is told. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #port: number;
  readonly host: string;

  constructor(port: number, host = `localhost:${port}`) {
    this.#port = port;
    this.host = host;
  }

  /** @param target - A path with its query. */
  async send(
    target: string,
    {
      method = "GET",
      headers = {},
      form,
    }: { method?: string; headers?: OutgoingHttpHeaders; form?: URLSearchParams } = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await sendTo(this.#port, target, {
      method,
      headers: {
        host: this.host,
        ...(cookie !== "" && { cookie }),
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      body: form?.toString(),
    });
    for (const line of answer.setCookies) this.#keep(line);
    return answer;
  }

  /** Follows redirects from here on. @returns the first answer that is none */
  async follow(target: string, most = 10): Promise<Answer & { readonly path: string }> {
    const answer = await this.send(target);
    const { location } = answer.headers;
    if (location === undefined) return { ...answer, path: target };
    if (most === 0) throw new Error(`it goes on and on, now to ${location}`);
    return this.follow(location, most - 1);
  }

  /** Sends the password form of a page. */
  async sendPassword(page: Answer, login = "user@example.com", password = "12341234"): Promise<Answer> {
    const action = actionOf(page);
    return this.send(action, { method: "POST", form: new URLSearchParams({ login, password }) });
  }

  /** Logs in, from where a login begins. @returns the answer of the callback */
  async logIn(start: string): Promise<Answer> {
    const page = await this.follow(start);
    let answer = await this.sendPassword(page);
    for (let step = 0; step < 5; step++) {
      const { location = "" } = answer.headers;
      answer = await this.send(location);
      if (/^\/(oauth2|authservice\/oidc)\/callback\?/.test(location)) return answer;
    }
    throw new Error("no callback");
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Where the form of a page goes. */
export function actionOf({ body }: Answer): string {
  return (/<form[^>]* action="([^"]+)"/.exec(body)?.[1] ?? "").replaceAll("&amp;", "&");
}

/** Sends a request as it is said, and nothing else. */
export function sendTo(
  port: number,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
    host = "127.0.0.1",
  }: { method?: string; headers?: OutgoingHttpHeaders; body?: string | undefined; host?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers, agent: false, setHost: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("error", reject);
      incoming.once("end", () => {
        const { "set-cookie": setCookies = [], ...rest } = incoming.headers;
        const plain = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
        resolve({
          status: incoming.statusCode ?? 0,
          headers: plain,
          setCookies,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
