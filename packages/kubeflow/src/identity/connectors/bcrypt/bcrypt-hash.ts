/** What bcrypt looks at of a password, in bytes of UTF-8; the rest would not matter to it. */
const LOOKED_AT = 72;

/** The work that a hash asks for, as a power of two. Dex refuses what is less or more, and so do we. */
export const costs = { least: 10, most: 16, ofNew: 12 } as const;

/**
 * Reads the cost of a hash that bcrypt has made: `$2y$12$`, and 53 characters of salt and outcome.
 *
 * @returns undefined where the text is no such hash. Those of `$2x$` come from a broken bcrypt and count as none.
 */
export function costOf(hash: string): number | undefined {
  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
}

/**
 * What speaks against a password, as a sentence; undefined where nothing does.
 *
 * It may have 72 bytes, because bcrypt passes over what follows, and no NUL, because bcrypt repeats a password with a NUL
 * between: `abc` and `abc␀abc` have the same hash.
 */
export function flawOfPassword(password: string): string | undefined {
  if (password === "") return "The password is empty.";
  if (Buffer.byteLength(password) > LOOKED_AT) {
    return `The password has more than ${LOOKED_AT} bytes, and bcrypt does not look at what follows.`;
  }
  if (password.includes("\0")) return "The password has a NUL character in it.";
  return undefined;
}

/**
 * Makes a hash of a password, with a new salt, as a file of users has it.
 *
 * @throws TypeError for a password that `flawOfPassword` speaks against
 */
export async function hashPassword(password: string): Promise<string> {
  const flaw = flawOfPassword(password);
  if (flaw !== undefined) throw new TypeError(flaw);
  const { default: bcrypt } = await import("bcryptjs");
  return await bcrypt.hash(password, costs.ofNew);
}
