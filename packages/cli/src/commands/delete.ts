import { flag } from "../command-line/option.ts";
import { confirmDeletion } from "../confirm.ts";
import type { Io } from "../io.ts";
import { titleOf } from "../lookup/find.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Session } from "../session.ts";

/** The options of everything that deletes. */
export const deleteOptions = { yes: flag("Do not ask.", { short: "y" }) };

/**
 * Asks, deletes, and says what is gone: a sentence on stderr; in the other formats the thing as it was, on stdout.
 *
 * @param remove - Deletes it.
 */
export async function deleteFound<T>(
  { session, io, options }: { session: Session; io: Io; options: { readonly yes: boolean } },
  kind: ResourceKind<T>,
  found: T,
  remove: () => Promise<unknown>,
): Promise<void> {
  const title = titleOf(kind, found);
  await confirmDeletion(io, title, options.yes);
  await remove();
  if (session.printer.format === "table") session.note(`Deleted ${title}.`);
  else await session.printer.one(kind, found);
}
