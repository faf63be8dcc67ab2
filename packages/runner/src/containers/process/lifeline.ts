import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends the programs that are under way when this process is killed: a shell that knows their process groups, and that
 * sees its input end when nobody is there to write any more. One for all programs; started with the first.
 */
export interface Lifeline {
  /** @returns what to call once the program has ended. */
  hold(processGroup: number): () => void;
  close(): void;
}

const keeper = `
trap '' INT TERM HUP
groups=" "
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/** @param path - Where `sh` is looked for, as in PATH. */
export function lifeline(path: string): Lifeline {
  let shell: ChildProcess | undefined;
  function say(line: string): void {
    if (shell === undefined) {
      shell = spawn("sh", ["-c", keeper], {
        cwd: "/",
        env: { PATH: path },
        stdio: ["pipe", "ignore", "ignore"],
        detached: true,
      });
      shell.on("error", () => undefined);
      shell.stdin?.on("error", () => undefined);
      shell.unref();
      const stdin = shell.stdin as unknown as { unref?: () => void } | null;
      stdin?.unref?.();
    }
    shell.stdin?.write(`${line}\n`);
  }
  return {
    hold: (processGroup) => {
      say(`+ ${processGroup}`);
      return () => say(`- ${processGroup}`);
    },
    close: () => {
      shell?.stdin?.end();
      shell = undefined;
    },
  };
}
