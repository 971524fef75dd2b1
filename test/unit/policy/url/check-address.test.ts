import { describe, expect, it } from 'vitest';
import { privateAddress } from '../../../../src/policy/url/check-address.js';

describe('an address by number', () => {
  it.each([
    ['127.0.0.1', 'this machine'],
    ['0.0.0.0', 'this machine'],
    ['::1', 'this machine'],
    ['10.0.0.1', 'a private network'],
    ['fd00::1', 'a private network'],
    ['169.254.169.254', 'the local link, where cloud machines have their metadata service'],
    ['100.64.0.1', 'the provider’s own network'],
    ['224.0.0.1', 'a multicast group'],
    ['255.255.255.255', 'the broadcast address'],
    ['192.0.2.1', 'a reserved range'],
    ['::ffff:1.1.1.1', 'a reserved range'],
    ['4000::1', 'a reserved range'],
    ['168.63.129.16', 'the host service of Azure machines'],
    ['example.com', 'no address'],
    ['fe80::1%eth0', 'no address'],
  ])('%s is %s', (address, what) => {
    expect(privateAddress(address)).toBe(what);
  });

  it('is judged by the IPv4 address inside only behind the well-known NAT64 prefix, all of it', () => {
    expect(privateAddress('64:ff9b::1.1.1.1')).toBeUndefined();
    expect(privateAddress('64:ff9b::10.0.0.1')).toBe('a private network');
    expect(privateAddress('64:ff9b::c000:201')).toBe('a reserved range');
    for (const other of ['64:ff9c::101:101', '65:ff9b::101:101', '64:ff9b::1:0:0:101:101', 'fd00::101:101', 'fe80::101:101', '4000::101:101', '64:ff9b:1::101:101']) expect(privateAddress(other), other).toBeDefined();
  });

  it('is public by what it is itself, whatever its last digits would be as IPv4', () => {
    expect(privateAddress('2606:4700::a00:1')).toBeUndefined();
    expect(privateAddress('2606:ff9b::a00:1')).toBeUndefined();
  });
});
