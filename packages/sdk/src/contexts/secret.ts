import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import type { SecretReference } from "../credentials/credentials-description.ts";
import type { Environment } from "../environment.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";

/**
 * Fetches a secret from where it is. It is fetched each time it is needed, and kept nowhere.
 *
 * @param what - What it is, for errors: "the password". Errors never hold what was found.
 * @throws KfpError CREDENTIALS_FAILED that names the variable, the file or the program, and what is wrong with it.
 */
export async function secretAt(reference: SecretReference, what: string, env: Environment): Promise<string> {
  const from = await found(reference, what, env);
  const secret = from.text.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw noSecret(`${from.place}, which is to hold ${what}, holds nothing.`, "Put it there, or correct the context.");
}

async function found(reference: SecretReference, what: string, env: Environment) {
  if ("env" in reference) return { place: `The variable ${reference.env}`, text: env[reference.env] ?? "" };
  if ("file" in reference) {
    const path = reference.file.replace(/^~(?=[/\\])/, () => env.HOME || homedir());
    return { place: path, text: await privateText(path, what) };
  }
  const [program = "", ...args] = reference.command;
  return { place: `The program ${program}`, text: await printed(program, args, what, env) };
}

async function privateText(path: string, what: string): Promise<string> {
  try {
    if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0) {
      throw noSecret(`${path} holds ${what}, and others on this machine can use it.`, `chmod 600 ${path}`);
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (isKfpError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : `${code}`;
    throw noSecret(`${path}, which is to hold ${what}, cannot be read: ${why}.`, "Correct the path in the context.");
  }
}

/** A program may ask its own questions on the terminal, as password stores do; it is given a minute for it. */
async function printed(program: string, args: readonly string[], what: string, env: Environment): Promise<string> {
  // Few commands need it, and it takes time to load.
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        noSecret(
          `The program ${program}, which is to print ${what}, ${why}.`,
          "Try it by itself; correct the context.",
        ),
      );
    const child = spawn(program, args, { env: { ...env }, stdio: ["inherit", "pipe", "inherit"], timeout: 60_000 });
    // A signal from elsewhere ends this process alone, and nobody would end the program.
    const endToo = (): void => void child.kill();
    process.once("exit", endToo);
    child.once("close", () => process.off("exit", endToo));
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "ENOENT" ? "is not there" : "cannot be run"),
    );
    child.on("close", (code, signal) => (code === 0 ? resolve(text) : fail(`ended with ${signal ?? code}`)));
  });
}

function noSecret(message: string, fix: string): KfpError {
  return new KfpError("CREDENTIALS_FAILED", { message, fix });
}
