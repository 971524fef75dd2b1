import { describe, expect, it } from 'vitest';
import { isInOwnNetwork, ownNetworks } from '../../../src/http/own-networks.js';
import { FakeInternet } from '../../fixtures/web/fake-internet.js';

const networks = ['203.0.112.5/24', '2a01:4f8:c0c:1::7/64', '10.8.0.2/1', 'fe80::1/64', '198.51.99.1/32'];

describe('[P13] the networks of this machine', () => {
  it.each(['203.0.112.5', '203.0.112.99', '2a01:4f8:c0c:1::7', '2a01:4f8:c0c:1:ffff::1', '64:ff9b::cb00:7005', '10.8.0.2', '198.51.99.1'])('hold %s', (address) => {
    expect(isInOwnNetwork(address, networks)).toBe(true);
  });

  it.each(['203.0.113.5', '2a01:4f8:c0c:2::7', '93.184.216.34', '64:ff9b::5db8:d822', '198.51.99.2'])('do not hold %s, whatever a tunnel claims', (address) => {
    expect(isInOwnNetwork(address, networks)).toBe(false);
  });

  it('are read from the system, the loopback among them', () => {
    expect(ownNetworks()).toContain('127.0.0.1/8');
  });

  it('are not fetched from, although the address is a public one', async () => {
    const internet = await new FakeInternet().start();
    internet.reset({ 'example.com': ['93.184.216.34'] }, []);
    const web = internet.web({ ownNetworks: () => ['93.184.216.1/24'] });
    for (const url of ['http://example.com/', 'http://93.184.216.34/']) {
      await expect(web.fetch(url, { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('neighbour') as string });
    }
    expect(internet.dialed).toEqual([]);
    await internet.close();
  });
});
