import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/**
 * Whoever runs the tests has servers that run, contexts, a kubeconfig and variables of their own. No test is to read those,
 * let alone to change anything where they lead: each file has a home in which nobody has lived yet.
 */
const home = mkdtempSync(join(tmpdir(), "kfp-ts-home-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

// What npm, Go and the control plane keep for the next run stays where it is.
const real = homedir();
process.env.npm_config_cache ??= join(real, ".npm");
process.env.npm_config_userconfig ??= join(real, ".npmrc");
process.env.XDG_CACHE_HOME ||= join(real, ".cache");
process.env.GOPATH ||= join(real, "go");

process.env.HOME = home;
for (const name of Object.keys(process.env)) {
  const isTheirs = /^(KFP_(?!TS_)|KF_PIPELINES_|KUBECONFIG$|KUBERNETES_SERVICE_|XDG_(CONFIG|STATE|RUNTIME|DATA)_)/;
  if (isTheirs.test(name)) delete process.env[name];
}
