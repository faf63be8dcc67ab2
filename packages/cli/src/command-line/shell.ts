/**
 * Quotes a word for a POSIX shell where it needs it.
 */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The same command line with another value for an option, as it can be pasted into a shell.
 *
 * @param argv - What was typed, without the name of the program.
 * @param flag - The option, such as `--page-token`: where it was typed, it is replaced.
 */
export function commandLineWith(program: string, argv: readonly string[], flag: string, value: string): string {
  const kept: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") return [program, ...kept, flag, value, ...argv.slice(index)].map(shellWord).join(" ");
    if (word === flag) index++;
    else if (!word.startsWith(`${flag}=`)) kept.push(word);
  }
  return [program, ...kept, flag, value].map(shellWord).join(" ");
}
