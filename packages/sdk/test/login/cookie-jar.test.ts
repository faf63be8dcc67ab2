import { describe, expect, test } from "vitest";
import { CookieJar } from "../../src/login/cookie-jar.ts";

const start = Date.UTC(2026, 10, 23);

async function jarAfter(url: string, ...setCookies: string[]): Promise<CookieJar> {
  const jar = await CookieJar.open([], () => start);
  jar.take(url, setCookies);
  return jar;
}

const host = "https://kubeflow.example.com";

describe("a cookie", () => {
  test.each(["djE|abc==|x_-y", '"quoted value"', "a=b=c", "%7C", "é".normalize("NFC"), "a b", ""])(
    "with the value %j is sent byte for byte",
    async (value) => {
      expect((await jarAfter(`${host}/oauth2/callback`, `s=${value}; Path=/`)).header(`${host}/x`)).toBe(`s=${value}`);
    },
  );

  test("is sent to the host that set it, and to no other", async () => {
    const jar = await jarAfter(`${host}/`, "s=1; Path=/");
    expect(jar.header("https://other.example.com/")).toBeUndefined();
    expect(jar.header("https://sub.kubeflow.example.com/")).toBeUndefined();
    expect((await jarAfter("http://127.0.0.1:8080/", "s=1")).header("http://localhost:8080/")).toBeUndefined();
  });

  test("of a domain is sent to all of it, which a host may only say of its own", async () => {
    const jar = await jarAfter(`${host}/`, "s=1; Path=/; Domain=.example.com", "t=1; Path=/; Domain=evil.example");
    expect(jar.header("https://other.example.com/")).toBe("s=1");
    expect(jar.stored()).toHaveLength(1);
  });

  test.each(["com", "co.uk", "github.io"])("of the public suffix %s is refused", async (suffix) => {
    expect((await jarAfter(`https://kubeflow.${suffix}/`, `s=1; Domain=${suffix}`)).stored()).toEqual([]);
  });

  test.each(["localhost", "kubeflow", "127.0.0.1"])(
    "whose domain is %s itself is for that host alone",
    async (name) => {
      const jar = await jarAfter(`http://${name}:8080/`, `s=1; Path=/; Domain=${name}`);
      expect(jar.stored().map(({ domain, hostOnly }) => [domain, hostOnly])).toEqual([[name, true]]);
      expect(jar.header(`http://${name}:8080/pipeline`)).toBe("s=1");
    },
  );

  test("is sent below its path, and first where that is longer", async () => {
    const jar = await jarAfter(`${host}/a/b`, "root=1; Path=/", "near=1; Path=/a", "here=1");
    expect(jar.header(`${host}/a/c`)).toBe("near=1; here=1; root=1");
    expect(jar.header(`${host}/ab`)).toBe("root=1");
  });

  test("that is Secure is sent over https, and to this machine whatever the scheme", async () => {
    for (const here of [
      "http://localhost:8080",
      "http://a.localhost",
      "http://127.0.0.1:1",
      "http://127.3.2.1",
      "http://[::1]",
    ]) {
      expect((await jarAfter(`${here}/`, "s=1; Secure; Path=/")).header(`${here}/x`)).toBe("s=1");
    }
    const open = await jarAfter("http://kubeflow.example.com/", "s=1; Secure; Path=/");
    expect(open.header("http://kubeflow.example.com/")).toBeUndefined();
    expect(open.heldBack("http://kubeflow.example.com/")).toEqual(["s"]);
    expect(open.header(`${host}/`)).toBe("s=1");
  });

  test("that is Secure is not replaced over an open connection", async () => {
    const jar = await jarAfter(`${host}/`, "s=good; Secure; Path=/");
    jar.take("http://kubeflow.example.com/", ["s=tossed; Path=/"]);
    expect(jar.header(`${host}/`)).toBe("s=good");
  });

  test("keeps the promises of its prefix", async () => {
    const jar = await jarAfter(
      `${host}/`,
      "__Host-a=1; Secure; Path=/",
      "__Host-b=1; Secure; Path=/; Domain=example.com",
      "__Secure-c=1; Path=/",
    );
    expect(jar.header(`${host}/`)).toBe("__Host-a=1");
  });

  test("ends when it says, and lasts 400 days at most however absurd its age", async () => {
    let now = start;
    const jar = await CookieJar.open([], () => now);
    jar.take(`${host}/`, [
      "short=1; Max-Age=10",
      "absurd=1; Max-Age=1200000000000; Expires=Sun, 13 May 2057 19:21:19 GMT",
      `endless=1; Max-Age=${"9".repeat(400)}`,
      "session=1",
      "gone=1; Max-Age=-5",
      "broken=1; Expires=whenever",
    ]);
    expect(jar.header(`${host}/`)).toBe("short=1; absurd=1; endless=1; session=1; broken=1");
    now += 11_000;
    expect(jar.header(`${host}/`)).toBe("absurd=1; endless=1; session=1; broken=1");
    now += 400 * 24 * 3_600_000;
    expect(jar.header(`${host}/`)).toBe("session=1; broken=1");
  });

  test("that is cleared is gone, and one that is replaced is sent once", async () => {
    const jar = await jarAfter(`${host}/`, "a=1", "b=1");
    expect(jar.take(`${host}/`, ["a=2"])).toBe(true);
    expect(jar.header(`${host}/`)).toBe("a=2; b=1");
    expect(jar.take(`${host}/`, ["a=; Max-Age=0"])).toBe(true);
    expect(jar.take(`${host}/`, ["nothing"])).toBe(false);
    expect(jar.header(`${host}/`)).toBe("b=1");
  });

  test.each(["", "=", "garbage", "=1", "a\r\nx: 1=2", "s=\u0001", `s=${"x".repeat(9_000)}`])(
    "that is none (%j) is left out",
    async (garbage) => expect((await jarAfter(`${host}/`, garbage)).header(`${host}/`)).toBeUndefined(),
  );
});

describe("a session in several cookies", () => {
  const parts = (...names: string[]) => names.map((name) => `${name}=${name}; Path=/`);

  test("sends all of its parts", async () => {
    const jar = await jarAfter(`${host}/`, ...parts("gate_0", "gate_1"));
    expect(jar.header(`${host}/`)).toBe("gate_0=gate_0; gate_1=gate_1");
  });

  test("replaces a longer one, of which no part stays, and one that was whole", async () => {
    const jar = await jarAfter(`${host}/`, ...parts("gate_0", "gate_1", "gate_2", "other_7"));
    jar.take(`${host}/`, parts("gate_0", "gate_1"));
    expect(jar.header(`${host}/`)).toBe("gate_0=gate_0; gate_1=gate_1; other_7=other_7");
    jar.take(`${host}/`, parts("gate"));
    expect(jar.header(`${host}/`)).toBe("other_7=other_7; gate=gate");
    jar.take(`${host}/`, parts("gate_0", "gate_1"));
    expect(jar.header(`${host}/`)).toBe("other_7=other_7; gate_0=gate_0; gate_1=gate_1");
  });
});

describe("a jar", () => {
  test("forgets what only logins under way have a use for", async () => {
    const names = ["oauth2_proxy_kubeflow_csrf", "oidc_state_csrf", "gate_csrf_Ab12", "oauth2_proxy_kubeflow", "_csrf"];
    const jar = await jarAfter(`${host}/`, ...names.map((name) => `${name}=1; Path=/`));
    jar.dropLeftovers();
    expect(jar.header(`${host}/`)).toBe("oauth2_proxy_kubeflow=1; _csrf=1");
  });

  test("does not grow without end, whatever a server sets", async () => {
    const jar = await CookieJar.open([], () => start);
    for (let n = 0; n < 500; n += 1) jar.take(`${host}/`, [`c${n}=1`]);
    expect(jar.stored().length).toBeLessThanOrEqual(64);
  });

  test("is the same again after it was stored", async () => {
    const jar = await jarAfter(`${host}/a/`, "s=a|b; Path=/; Secure; HttpOnly; Max-Age=60", "d=1; Domain=example.com");
    const again = await CookieJar.open(JSON.parse(JSON.stringify(jar.stored())), () => start);
    expect(again.header(`${host}/a/x`)).toBe(jar.header(`${host}/a/x`));
    expect(again.header("https://b.example.com/a/")).toBe("d=1");
  });
});
