import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { changeConfig, chosenContext } from "../../src/contexts/index.ts";
import { ownHome } from "./home.ts";

const home = ownHome();
const CONFIG = ".config/kfp-ts/config.yaml";
const two = `current: box
contexts:
  box:
    endpoint: http://localhost:8080/pipeline/
    namespace: team-a
  prod:
    endpoint: https://kubeflow.example.com/pipeline
    tls:
      caFile: /etc/ca.pem
`;

describe("the context that is chosen", () => {
  test("is the one that is named, else that of KFP_CONTEXT, else the current one; and it says which", async () => {
    home.write(CONFIG, two);
    const box = { name: "box", endpoint: "http://localhost:8080/pipeline", namespace: "team-a" };
    const prod = { name: "prod", tls: { caFile: "/etc/ca.pem" } };
    expect(await chosenContext({ env: home.env() })).toMatchObject({ ...box, chosenBy: "current" });
    const env = home.env({ KFP_CONTEXT: "prod" });
    expect(await chosenContext({ env })).toMatchObject({ ...prod, chosenBy: "variable" });
    expect(await chosenContext({ env, name: "box" })).toMatchObject({ ...box, chosenBy: "option" });
  });

  test("is none where nothing was saved, and where no one is current", async () => {
    expect(await chosenContext({ env: home.env() })).toBeUndefined();
    home.write(CONFIG, two.replace("current: box\n", ""));
    expect(await chosenContext({ env: home.env({ KFP_CONTEXT: "" }) })).toBeUndefined();
  });

  test.each([
    [{ name: "gone" }, {}, 'There is no context "gone", which the option context names.'],
    [{}, { KFP_CONTEXT: "gone" }, 'There is no context "gone", which KFP_CONTEXT names.'],
  ])("that does not exist is said with who names it: %j %j", async (named, variables, message) => {
    home.write(CONFIG, two);
    await expect(chosenContext({ env: home.env(variables), ...named })).rejects.toMatchObject({
      code: "CONTEXT_UNUSABLE",
      message,
      fix: "There are: box, prod.",
    });
  });

  test.each([
    ["broken", "contexts:\n  box: [\n", ", line 3 is no YAML"],
    ["of another form", "contexts: 7\n", ", line 1: contexts is no map of keys."],
    ["with a key that nobody knows", "contexts:\n  box:\n    endpont: x\n", "line 3: contexts.box.endpont"],
    ["that names no endpoint", "contexts:\n  box: {}\n", "line 2: contexts.box.endpoint is missing."],
    ["that holds a secret", "contexts:\n  box:\n    endpoint: https://a:hunter2@x\n", "with a user name or a password"],
  ])("cannot be had from a file that is %s, which is said with the place", async (_what, text, fact) => {
    const file = home.write(CONFIG, text);
    const error = await chosenContext({ env: home.env() }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CONTEXT_UNUSABLE", message: expect.stringContaining(fact) });
    expect(String(error)).toContain(file);
    expect(String(error)).not.toContain("hunter2");
  });

  // Windows has no such rights.
  test.skipIf(process.platform === "win32")("is not taken from a file that everybody can change", async () => {
    const file = home.write(CONFIG, two);
    chmodSync(file, 0o666);
    await expect(chosenContext({ env: home.env() })).rejects.toMatchObject({
      code: "CONTEXT_UNUSABLE",
      fix: `chmod 600 ${file}`,
    });
  });

  test("is none where something on the way to the file is no directory", async () => {
    home.write(".config", "");
    expect(await chosenContext({ env: home.env() })).toBeUndefined();
  });
});

test("of changes at the same time none is lost", async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      changeConfig(home.env(), ({ contexts }) => ({
        current: undefined,
        contexts: new Map(contexts).set(`c${index}`, { endpoint: `http://localhost:${index + 1}` }),
      })),
    ),
  );
  expect(home.read(CONFIG).match(/endpoint:/g)).toHaveLength(8);
});

test("a place that cannot be written to is a setup error that names it", async () => {
  home.write(".config", "");
  await expect(changeConfig(home.env(), (config) => ({ ...config }))).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    message: expect.stringContaining(home.path(CONFIG)),
  });
});
