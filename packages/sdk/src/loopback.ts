/**
 * Whether a host is this machine itself, by its name alone: what is sent there crosses no network.
 *
 * @param hostname - As `URL` has it: in lower case, IPv6 in brackets.
 */
export function isLoopback(hostname: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === "[::1]" || /(^|\.)localhost\.?$/i.test(hostname);
}
