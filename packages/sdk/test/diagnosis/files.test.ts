import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { diagnose } from "../../src/index.ts";
import { json, localServer } from "../helpers/local-server.ts";

describe("files of the user", () => {
  const keep = async (files: Readonly<Record<string, string>>, mode = 0o600) => {
    const home = await mkdtemp(join(tmpdir(), "kfp-ts-doctor-"));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), text, { mode });
      await chmod(join(home, path), mode);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("HOME", home);
    vi.stubEnv("XDG_CONFIG_HOME", undefined);
    const { origin } = await localServer((_request, response) => json(response, 200, { multi_user: false }));
    const { probes } = await diagnose({ host: origin });
    return probes.filter(({ name }) => name === "files");
  };
  const config = ".config/kfp-ts/config.yaml";
  const works = "current: work\ncontexts:\n  work:\n    endpoint: http://localhost:3000\n";

  test("of contexts it says how many there are and which is chosen", async () => {
    const [seen] = await keep({ [config]: works });
    expect(seen).toMatchObject({ outcome: "good" });
    expect(seen?.saw).toMatch(/config\.yaml has 1 context, work is the current one$/);
  });

  test("contexts that others can read are noted with what closes them", async () => {
    const [seen] = await keep({ [config]: works }, 0o644);
    expect(seen).toMatchObject({ outcome: "noted" });
    expect(seen?.saw).toMatch(/chmod 600 .*config\.yaml$/);
  });

  test("contexts that are broken are a failure that names the file, even where a host was passed", async () => {
    const [seen] = await keep({ [config]: "contexts: [" });
    expect(seen).toMatchObject({ outcome: "failed", code: "CONTEXT_UNUSABLE" });
    expect(seen?.saw).toContain("config.yaml");
  });

  test("of what Python's client keeps it tells the namespace, and no cookie", async () => {
    const kept = JSON.stringify({ namespace: "team-b", client_authentication_cookie: "authservice_session=hush" });
    const [seen] = await keep({ ".config/kfp/context.json": kept });
    expect(seen).toMatchObject({ outcome: "noted" });
    expect(seen?.saw).toContain("namespace team-b");
    expect(seen?.saw).not.toContain("hush");
  });
});
