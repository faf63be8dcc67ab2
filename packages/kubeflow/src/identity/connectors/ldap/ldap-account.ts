import type { Account } from "../../password-connector.ts";
import type { Entry } from "./directory.ts";
import type { UserSearch } from "./ldap-configuration.ts";

/** Who an entry of a directory is, or why it can be nobody's: `has no mail`. */
export function ldapAccount(
  entry: Entry,
  { idAttr, emailAttr, emailSuffix, nameAttr, preferredUsernameAttr }: UserSearch,
): Omit<Account, "groups"> | { readonly missing: string } {
  const valueIn = (attribute: string | undefined): string =>
    attribute === undefined ? "" : (entry.values(attribute)[0] ?? "");
  const id = valueIn(idAttr);
  const name = valueIn(nameAttr) || valueIn(preferredUsernameAttr);
  const email = emailSuffix === undefined ? valueIn(emailAttr) : name && `${name}@${emailSuffix}`;
  if (id === "") return { missing: `has no ${idAttr} (idAttr)` };
  // What was no text has lost what told it from others.
  if (id.includes("\uFFFD")) return { missing: `has a ${idAttr} that is no text (idAttr)` };
  if (email === "")
    return { missing: `has no ${emailSuffix === undefined ? `${emailAttr} (emailAttr)` : `${nameAttr} (nameAttr)`}` };
  return { id, email, name: name || email };
}
