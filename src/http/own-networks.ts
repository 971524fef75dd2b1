import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** The networks that this machine is part of, as `ADDRESS/BITS` with its own address in each. */
export const ownNetworks = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).flatMap(({ cidr }) => cidr ?? []));

/** A wider network than this isn't one link: a tunnel may claim half of the Internet. */
const fewestBits = { ipv4: 16, ipv6: 48 };

/**
 * True for an address of this machine, or of a neighbour on its link. Such an address can be a public one (most of IPv6 is,
 * the router at home included), and what listens there is meant for the house and not for the Internet all the same.
 */
export function isInOwnNetwork(text: string, networks: readonly string[]): boolean {
  const address = unwrapped(ipaddr.parse(text));
  return networks.some((network) => {
    const [own, bits] = ipaddr.parseCIDR(network);
    if (own.kind() !== address.kind()) return false;
    return own.toString() === address.toString() || (bits >= fewestBits[own.kind()] && address.match(own, bits));
  });
}

/** The IPv4 address inside the well-known NAT64 prefix (RFC 6052); any other address as it is. */
function unwrapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  const isNat64 = address instanceof ipaddr.IPv6 && address.match(ipaddr.IPv6.parse('64:ff9b::'), 96);
  return isNat64 ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}
