const ASCII = /^\p{ASCII}*$/u;

/**
 * The text as it is compared and sorted: without case.
 *
 * Upstream's database compares texts by the weight of their capitals; hence capitals here, so that `_` sorts behind the
 * letters as it does there. It is done here and not in SQL because SQLite only knows the case of ASCII and PostgreSQL
 * that of its locale. Lower case comes first, as the two together bring more spellings to the same than one alone
 * (the Kelvin sign and k, ẞ and ss). Unlike upstream, letters with and without an accent stay apart.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  return text.normalize("NFC").toLowerCase().toUpperCase().normalize("NFC");
}
