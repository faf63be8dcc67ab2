/** What failed, without the end of its log, which is shown by itself or would not fit. */
export function failureFact(message: string): string {
  const [fact = ""] = message.split(/; the end of its log:\n/);
  return fact.trim();
}
