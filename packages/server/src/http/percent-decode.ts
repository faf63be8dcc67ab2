/**
 * Decodes one part of a path.
 *
 * @returns undefined where a percent sign does not begin a byte, the bytes are no UTF-8, or there is a NUL among them,
 * which no store can keep.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
}
