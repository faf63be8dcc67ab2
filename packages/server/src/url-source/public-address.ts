import { BlockList, isIPv4, isIPv6 } from "node:net";

/** What no package may be fetched from: everything that is not an address of a machine on the open internet. */
const NOT_PUBLIC: ReadonlyArray<readonly [address: string, prefix: number]> = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by the customers of a carrier
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, with the metadata services of clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
  ["::", 96], // unspecified, loopback, and IPv4 in its oldest notation
  ["::ffff:0:0", 96], // IPv4 as IPv6
  ["64:ff9b::", 32], // IPv4 through a translator
  ["100::", 64], // discarded
  ["2001::", 23], // protocol assignments, with Teredo
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["3fff::", 20], // documentation
  ["fc00::", 7], // private, with the metadata service of one cloud
  ["fe80::", 10], // link-local
  ["fec0::", 10], // site-local
  ["ff00::", 8], // multicast
];

/** One list for each family: in a list of both, an IPv4 address is also looked for as IPv6 that carries IPv4. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() } as const;
for (const [address, prefix] of NOT_PUBLIC) {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  blocked[family].addSubnet(address, prefix, family);
}

/** Whether an IP address is that of a machine on the open internet. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked.ipv4.check(address, "ipv4");
  return isIPv6(address) && !address.includes("%") && !blocked.ipv6.check(address, "ipv6");
}
