import { request } from "node:http";

/**
 * A login as a person's browser makes it, by hand: the same exchanges as the client's, on a kept connection, with no more
 * reading of pages than it takes.
 *
 * @param {import("node:http").Agent} agent
 * @param {number} port of a gateway that behaves like oauth2-proxy
 * @param {{ username: string, password: string }} person
 * @returns {Promise<string>} the cookies of the session
 */
export async function loginByHand(agent, port, { username, password }) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        host: `localhost:${port}`,
        ...(cookies.size > 0 && { cookie: cookieHeader() }),
        ...(body && { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }),
      };
      const sent = request({ host: "127.0.0.1", port, agent, method, path, headers }, (response) => {
        let page = "";
        response.setEncoding("utf8").on("data", (text) => {
          page += text;
        });
        response.on("end", () => {
          for (const cookie of response.headers["set-cookie"] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
            if (value === "") cookies.delete(name);
            else cookies.set(name, value);
          }
          resolve({ status: response.statusCode, location: response.headers.location, page });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const follow = async (first) => {
    let answer = first;
    let at = "/";
    while (answer.location !== undefined) {
      const { pathname, search } = new URL(answer.location, `http://localhost:${port}${at}`);
      at = pathname + search;
      answer = await send("GET", at);
    }
    return { ...answer, at };
  };
  const asked = await send("GET", "/pipeline");
  if (asked.status !== 403) throw new Error(`the gateway answers ${asked.status} where it is to ask for a login`);
  const form = await follow(await send("GET", "/oauth2/start?rd=%2Fpipeline"));
  const action = /<form[^>]* action="([^"]*)"/.exec(form.page)?.[1]?.replaceAll("&amp;", "&") ?? form.at;
  const target = new URL(action, `http://localhost:${port}${form.at}`);
  const answer = await follow(
    await send("POST", target.pathname + target.search, String(new URLSearchParams({ login: username, password }))),
  );
  const proof = await send("GET", "/pipeline/apis/v2beta1/healthz");
  if (answer.status !== 200 || proof.status !== 200) throw new Error(`no login: ${answer.status}, ${proof.status}`);
  return cookieHeader();
}
