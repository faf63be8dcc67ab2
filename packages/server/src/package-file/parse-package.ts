import { type Package, readPackageText } from "../services/packages.ts";
import { canRunInThread, readPackageTextInThread, type ThreadLimits } from "./reader-thread.ts";

/** Reads and checks the text of a package: see readPackageText. */
export type ParsePackage = (text: string) => Promise<Package>;

/**
 * Up to so many characters a text is read where requests are answered, which the most hostile one holds up for a fifth
 * of a second. Few compiled pipelines are larger.
 */
const SMALL = 256 * 1024;

/** Far from what an honest package of 32 MiB needs. */
const LIMITS: ThreadLimits = { timeoutMs: 60_000, memoryMiB: 1024 };

/**
 * Makes what parses packages. Half a minute can go into a hostile text of 32 MiB, and nobody else would be answered
 * meanwhile; so large texts are read in a thread, one after the other, which bounds the memory that they take together.
 */
export function createParsePackage(options: { readonly limits?: ThreadLimits } = {}): ParsePackage {
  const { limits = LIMITS } = options;
  const hasThreads = canRunInThread();
  let last: Promise<unknown> = Promise.resolve();
  return async (text) => {
    if (!hasThreads || text.length <= SMALL) return readPackageText(text);
    const mine = last.then(() => readPackageTextInThread(text, limits));
    last = mine.catch(() => {});
    return mine;
  };
}
