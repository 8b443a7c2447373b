import { BlockList, isIP } from 'node:net';

/**
 * What of the Internet is nobody's public host (https://www.iana.org/assignments/iana-ipv4-special-registry and
 * …/iana-ipv6-special-registry): this network, private, shared by carriers, loopback, link-local (with the metadata of
 * clouds), protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved and broadcast.
 */
const SPECIAL = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  SPECIAL.addSubnet(net, prefix, 'ipv4');
// Teredo, ORCHID and other assignments; documentation; 6to4, which leads to any IPv4 address.
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  SPECIAL.addSubnet(net, prefix, 'ipv6');

/** All that is given out of IPv6: neither loopback, link-local, unique local and multicast, nor IPv4 by another name. */
const UNICAST = new BlockList();
UNICAST.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is a host's on the public Internet; what is no address is not. */
export function isPublic(ip: string): boolean {
  const version = isIP(ip);
  if (version === 4) return !SPECIAL.check(ip, 'ipv4');
  return version === 6 && !ip.includes('%') && UNICAST.check(ip, 'ipv6') && !SPECIAL.check(ip, 'ipv6');
}

export const isOfThisComputer = (ip: string): boolean => ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'));
