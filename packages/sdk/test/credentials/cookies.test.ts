import { describe, expect, test } from "vitest";
import { cookies as inBrowser } from "../../src/browser.ts";
import { Client, cookies } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { experimentOf, json, localServer } from "../helpers/local-server.ts";

/** A gateway that knows whoever has these cookies. */
const wanting = (wanted: () => string) =>
  localServer((request, response) =>
    request.headers.cookie === wanted() ? json(response, 200, experimentOf("1")) : json(response, 401, {}),
  );

describe("cookies", () => {
  test.each([
    "oauth2_proxy_kubeflow=djE|1763860000|abc=",
    "oauth2_proxy_kubeflow_0=a; oauth2_proxy_kubeflow_1=b",
    'authservice_session="MTc2"',
  ])("are sent exactly as they are given: %s", async (text) => {
    const { origin } = await wanting(() => text);
    expect((await new Client({ host: origin, credentials: cookies(text) }).experiments.get("1")).experimentId).toBe(
      "1",
    );
  });

  test("may be copied with the name of the header and a semicolon at the end", async () => {
    const { origin } = await wanting(() => "a=b; c=d");
    await new Client({ host: origin, credentials: cookies("Cookie: a=b; c=d;\n") }).experiments.get("1");
  });

  test("of a function are asked for again after a refusal", async () => {
    let value = "a=old";
    const { origin, received } = await wanting(() => "a=new");
    const credentials = cookies(() => {
      const given = value;
      value = "a=new";
      return given;
    });
    await new Client({ host: origin, credentials }).experiments.get("1");
    expect(received.map(({ headers }) => headers.cookie)).toEqual(["a=old", "a=new"]);
  });

  test.each(["", "  ", "no-name", "a=b\r\nx-injected: 1", "a=b; =c", "a=ü\u0100"])(
    "that are none are refused when they are given: %j",
    async (text) => {
      expect((await failureOf(() => cookies(text))).code).toBe("BAD_OPTION");
      const supplied = new Client({ host: "http://127.0.0.1:1", credentials: cookies(() => text) });
      expect((await failureOf(supplied.experiments.get("1"))).code).toBe("CREDENTIALS_FAILED");
    },
  );

  test("are the browser's own business where the program runs in one", async () => {
    expect((await failureOf(() => inBrowser("a=b"))).code).toBe("NOT_SUPPORTED_HERE");
  });
});
