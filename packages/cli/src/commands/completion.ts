import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** `kfp-ts completion`: what a shell needs to complete command lines. */
export const completion = command({
  name: "completion",
  summary: "Print what a shell needs to complete command lines of kfp-ts.",
  description:
    "It completes commands, options, their values where they are known, contexts, error codes and paths. No server is " +
    "asked. In bash, it belongs into ~/.bashrc; in zsh into ~/.zshrc, behind compinit; fish has a folder for it.",
  args: { shell: "bash, zsh or fish." },
  completes: { shell: shells },
  examples: [
    'completion bash      (in ~/.bashrc: eval "$(kfp-ts completion bash)")',
    'completion zsh       (in ~/.zshrc:  eval "$(kfp-ts completion zsh)")',
    "completion fish      (into ~/.config/fish/completions/kfp-ts.fish)",
  ],
  speaks: false,
  async run({ args: { shell }, io }) {
    io.stdout.write(await scriptOf(shell));
  },
});

async function scriptOf(shell: string): Promise<string> {
  switch (shell) {
    case "bash":
      return (await import("../completion/bash.ts")).bashScript;
    case "zsh":
      return (await import("../completion/zsh.ts")).zshScript;
    case "fish":
      return (await import("../completion/fish.ts")).fishScript;
    default:
      throw new UsageError(
        `There is no completion for ${JSON.stringify(shell)}.`,
        `There is one for ${shells.join(", ")}: kfp-ts completion bash`,
      );
  }
}
