import ipaddr from 'ipaddr.js';

/** Addresses inside public ranges that belong to the machine's own surroundings all the same. */
const ownSurroundings: ReadonlyMap<string, string> = new Map([['168.63.129.16', 'the host service of Azure machines']]);

const rangeNames: Readonly<Record<string, string>> = {
  unspecified: 'this machine',
  loopback: 'this machine',
  private: 'a private network',
  uniqueLocal: 'a private network',
  linkLocal: 'the local link, where cloud machines have their metadata service',
  carrierGradeNat: 'the provider’s own network',
  multicast: 'a multicast group',
  broadcast: 'the broadcast address',
};

/**
 * `undefined` when the address (of a resolver's answer, or written in a URL) is on the public Internet; else what it is.
 *
 * Only what IANA's special-purpose registries (RFC 6890) leave over is public. IPv6 is held to the global unicast block
 * 2000::/3 and refused where it wraps an IPv4 address (mapped, 6to4, Teredo, translated), but for the well-known NAT64
 * prefix (RFC 6052), by which networks without IPv4 reach everything: there the wrapped address is judged.
 */
export function privateAddress(text: string): string | undefined {
  if (!ipaddr.isValid(text) || text.includes('%')) return 'no address';
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return judgeV4(address);
  const { parts } = address;
  if (parts[0] === 0x64 && parts[1] === 0xff9b && parts.slice(2, 6).every((part) => part === 0)) {
    return judgeV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  }
  const range = address.range();
  if (range !== 'unicast') return rangeNames[range] ?? 'a reserved range';
  return (parts[0] ?? 0) >> 13 === 1 ? undefined : 'a reserved range';
}

function judgeV4(address: ipaddr.IPv4): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return rangeNames[range] ?? 'a reserved range';
  return ownSurroundings.get(address.toString());
}
