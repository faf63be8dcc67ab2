/** A program that opens an address still runs after this time where it is the browser itself, in milliseconds. */
const SETTLED_MS = 1_500;

/**
 * Opens an address in the person's browser.
 *
 * @param url - It stands in lists of processes, so it must hold nothing secret.
 * @throws an error that says why none could be opened.
 */
export async function openInBrowser(
  url: string,
  { platform, environment }: { platform: NodeJS.Platform; environment: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const [command, ...args] = programFor(url, platform, environment);
  const { spawn } = await import("node:child_process");
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: "ignore", detached: true });
    const timer = setTimeout(resolve, SETTLED_MS);
    child.on("error", (cause) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be started`, { cause }));
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`${command} found no browser`));
    });
    child.unref();
  });
}

function programFor(
  url: string,
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] {
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY && !environment.BROWSER) {
    throw new Error("there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)");
  }
  return ["xdg-open", url];
}
