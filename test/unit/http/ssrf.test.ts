import type { Socket } from 'node:net';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWeb, type WebLimits } from '../../../src/http/create-web.js';
import { createDial, type Dial } from '../../../src/http/dial.js';
import { wholePage } from '../../../src/http/whole-page.js';
import { selfSigned } from '../../fixtures/web/certificate.js';
import { type DnsRecord, DnsServer } from '../../fixtures/web/dns-server.js';
import { ok, redirect, reply } from '../../fixtures/web/fake-internet.js';
import { Loopback, onRequest } from '../../fixtures/web/loopback.js';

vi.setConfig({ testTimeout: 30_000 });

/** Two public addresses with a server behind each, and a server inside that nobody may reach. */
const [here, there] = ['93.184.216.34', '151.101.1.69'];
const loopback = new Loopback();
const dns = new DnsServer();
const certificate = selfSigned(['good.example', 'www.good.example']);
const realDial = createDial({ ca: certificate.cert });
let ports: Record<string, number> = {};
let inside = 0;
let reachedInside = 0;
const dialed: string[] = [];
const requests: string[] = [];
let answer: (socket: Socket, request: string) => void = () => undefined;

beforeAll(async () => {
  const serve = (socket: Socket) =>
    onRequest(socket, (request) => {
      const isRobots = request.startsWith('GET /robots.txt ');
      if (!isRobots) requests.push(/^GET (\S+)[^]*?host: (\S+)/i.exec(request)?.slice(1, 3).reverse().join('') ?? request);
      if (isRobots) socket.write(reply(404, ''));
      else answer(socket, request);
    });
  await dns.start();
  const [plain, other, secure] = [await loopback.listen(serve), await loopback.listen(serve), await loopback.listen(serve, certificate)];
  inside = await loopback.listen(() => reachedInside++);
  ports = { [`${here}:80`]: plain, [`${there}:80`]: other, [`${here}:443`]: secure };
});
afterAll(async () => {
  dns.close();
  await loopback.close();
});
beforeEach(() => {
  dialed.length = requests.length = reachedInside = 0;
  dns.reset({});
  answer = (socket) => void socket.write(ok('<p>public</p>'));
});

/** The real dialer, but for where public addresses lead: to their servers here. Every other address is dialed as it is. */
const dial: Dial = (target, signal) => {
  dialed.push(target.address);
  const port = ports[`${target.address}:${target.port}`];
  return realDial(port === undefined ? { ...target, port: inside } : { ...target, address: '127.0.0.1', port }, signal);
};
const web = (limits: Partial<WebLimits> = {}) =>
  createWeb({
    settings: () => ({}), search: () => ({ provider: 'none', searxngUrl: '' }), searchKey: () => Promise.resolve(undefined),
    readHtml: (html) => Promise.resolve(wholePage(html)), resolve: dns.resolve, dial, ownNetworks: () => ['127.0.0.1/8', '203.0.112.5/24'], limits: { milliseconds: 20_000, ...limits },
  });
const get = (url: string, limits?: Partial<WebLimits>) => web(limits).fetch(url, { signal: new AbortController().signal });
const a = (...addresses: string[]): readonly DnsRecord[] => addresses.map((address) => ({ type: address.includes(':') ? 'AAAA' : 'A', address }));
const both = (...addresses: string[]) => (type: 'A' | 'AAAA') => a(...addresses).filter((each) => each.type === type);
const staysOutside = () => {
  expect(reachedInside).toBe(0);
  expect(dialed.filter((address) => address !== here && address !== there)).toEqual([]);
};

describe('[P13] a name that a real DNS server answers', () => {
  it('brings the page of a public address', async () => {
    dns.reset({ 'good.example': both(here) });
    expect(await get('http://good.example/')).toMatchObject({ text: 'public', robots: 'allowed' });
    expect(dialed).toEqual([here]);
  });

  it.each<[string, readonly string[]]>([
    ['this machine', ['127.0.0.1']],
    ['one private address among public ones', [here, there, '10.0.0.7']],
    ['a public IPv4 and a private IPv6 address', [here, 'fd00::1']],
    ['an IPv6 address that holds an IPv4 one', ['::ffff:127.0.0.1']],
    ['the same for a public one', ['::ffff:93.184.216.34']],
    ['an IPv4 address behind NAT64 that is private', ['64:ff9b::7f00:1']],
    ['a NAT64 prefix of a network’s own', ['64:ff9b:1::5db8:d822']],
    ['6to4 around a private address', ['2002:7f00:1::1']],
    ['Teredo', ['2001:0:4136:e378:8000:63bf:3fff:fdd2']],
    ['the metadata service', ['169.254.169.254']],
    ['the metadata service over IPv6', ['fd00:ec2::254']],
    ['the provider’s network', ['100.100.100.200']],
    ['nothing', ['0.0.0.0']],
    ['nothing over IPv6', ['::']],
    ['a neighbour in this machine’s own public network', ['203.0.112.99']],
    ['this machine’s own public address behind NAT64', ['64:ff9b::cb00:7005']],
    ['multicast', ['224.0.0.251']],
  ])('is refused before the first packet when it means %s', async (_, addresses) => {
    dns.reset({ 'evil.example': both(...addresses) });
    await expect(get('http://evil.example/')).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('url.private-address') as string });
    expect(dialed).toEqual([]);
    expect(reachedInside).toBe(0);
  });

  it('goes to NAT64 when what it holds is public', async () => {
    dns.reset({ 'good.example': both('64:ff9b::5db8:d822') });
    ports['64:ff9b::5db8:d822:80'] = ports[`${here}:80`]!;
    expect(await get('http://good.example/')).toMatchObject({ text: 'public' });
    expect(dialed).toEqual(['64:ff9b::5db8:d822']);
  });

  it('is judged at the end of a chain of names', async () => {
    const chain = (address: string): readonly DnsRecord[] => [
      { type: 'CNAME', target: 'a.example' },
      { type: 'CNAME', owner: 'a.example', target: 'b.example' },
      { type: 'A', owner: 'b.example', address },
    ];
    dns.reset({ 'good.example': (type) => (type === 'A' ? chain(here) : []), 'evil.example': (type) => (type === 'A' ? chain('192.168.1.1') : []) });
    expect(await get('http://good.example/')).toMatchObject({ text: 'public' });
    await expect(get('http://evil.example/')).rejects.toMatchObject({ code: 'denied' });
    staysOutside();
  });

  it('can’t rebind between check and use, nor between two requests of one call', async () => {
    dns.reset({ 'rebind.example': (type, nth) => (type === 'A' ? a(nth === 0 ? here : '127.0.0.1') : []) });
    answer = (socket, request) => void socket.write(request.startsWith('GET / ') ? redirect('/second') : ok('<p>public</p>'));
    const result = await get('http://rebind.example/').catch((error: unknown) => error);
    // Either the connection that is there is used again, or the new answer is judged again.
    expect(result).toSatisfy((each: { text?: string; code?: string }) => each.text === 'public' || each.code === 'denied');
    staysOutside();
  });

  it('that rebinds is refused at the next call', async () => {
    dns.reset({ 'rebind.example': (type, nth) => (type === 'A' ? a(nth === 0 ? here : '127.0.0.1') : []) });
    expect(await get('http://rebind.example/')).toMatchObject({ text: 'public' });
    await expect(get('http://rebind.example/')).rejects.toMatchObject({ code: 'denied' });
    staysOutside();
  });

  it('that doesn’t exist is told as such', async () => {
    await expect(get('http://missing.example/')).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('can’t be resolved') as string });
  });
});

describe('[P13] a server that redirects', () => {
  beforeEach(() => dns.reset({ 'good.example': both(here), 'www.good.example': both(here), 'other.example': both(there), 'inside.example': both('10.1.2.3') }));
  const sendingTo = (location: string) => {
    answer = (socket, request) => void socket.write(request.startsWith('GET /go ') ? redirect(location) : ok('<p>public</p>'));
    return get('http://good.example/go');
  };

  it.each(['http://127.0.0.1/', 'http://[::1]/', 'http://0x7f.1/', 'http://localhost/', 'file:///etc/passwd', 'gopher://good.example/', 'http://good.example@127.0.0.1/', '//127.0.0.1/', 'http://169.254.169.254/latest/', 'http://good.example:25/', 'data:text/plain,x', '//[fd00::1]/'])(
    'to %s ends the call',
    async (location) => {
      await expect(sendingTo(location)).rejects.toMatchObject({ code: 'denied' });
      expect(requests).toEqual(['good.example/go']);
      staysOutside();
    },
  );

  it.each(['http://other.example/', 'http://inside.example/', 'http://good.example:8080/', 'https://good.example:8443/'])('to %s is told and not followed', async (location) => {
    expect(await sendingTo(location)).toMatchObject({ movedTo: location, text: '' });
    expect(requests).toEqual(['good.example/go']);
    staysOutside();
  });

  it('in a circle is left after five hops', async () => {
    answer = (socket, request) => void socket.write(redirect(request.startsWith('GET /a ') ? '/b' : '/a'));
    await expect(get('http://good.example/a')).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('5 times') as string });
    expect(requests).toHaveLength(6);
  });

  it('five times is followed, six times isn’t', async () => {
    answer = (socket, request) => {
      const left = Number(/^GET \/(\d)/.exec(request)?.[1]);
      socket.write(left > 0 ? redirect(`/${left - 1}`) : ok('<p>public</p>'));
    };
    expect((await get('http://good.example/5')).redirects).toHaveLength(5);
    await expect(get('http://good.example/6')).rejects.toMatchObject({ code: 'limit' });
  });
});

describe('[P13] a server with TLS', () => {
  it('is believed when its certificate is for the name', async () => {
    dns.reset({ 'good.example': both(here) });
    expect(await get('https://good.example/')).toMatchObject({ text: 'public' });
  });

  it('is refused when its certificate is for another name', async () => {
    dns.reset({ 'wrong.example': both(here) });
    await expect(get('https://wrong.example/')).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string });
    expect(requests).toEqual([]);
  });

  it('is refused when nobody known signed its certificate, whatever the environment says', async () => {
    dns.reset({ 'good.example': both(here) });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const wellKnown = createDial();
    const strict = createWeb({
      settings: () => ({}), search: () => ({ provider: 'none', searxngUrl: '' }), searchKey: () => Promise.resolve(undefined), readHtml: (html) => Promise.resolve(wholePage(html)),
      resolve: dns.resolve, dial: (target, signal) => wellKnown({ ...target, address: '127.0.0.1', port: ports[`${target.address}:443`]! }, signal),
    });
    await expect(strict.fetch('https://good.example/', { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'io' });
    vi.unstubAllEnvs();
    expect(requests).toEqual([]);
  });

  it('that speaks no TLS is refused', async () => {
    dns.reset({ 'good.example': both(there) });
    ports[`${there}:443`] = ports[`${there}:80`]!;
    await expect(get('https://good.example/', { milliseconds: 3_000 })).rejects.toMatchObject({ code: expect.stringMatching(/io|timeout/) as string });
  });
});

describe('[P13] a server that wears one out', () => {
  beforeEach(() => dns.reset({ 'good.example': both(here) }));
  const repeatedly = (socket: Socket, bytes: string, milliseconds = 1): void => {
    const timer = setInterval(() => socket.write(bytes), milliseconds);
    socket.on('close', () => clearInterval(timer));
  };
  const begun = (socket: Socket, bytes: string): Socket => {
    socket.write(bytes);
    return socket;
  };
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['drips its body', (socket) => repeatedly(begun(socket, `${head}content-length: 9999\r\n\r\n`), 'x', 100), /timeout/],
    ['drips its headers', (socket) => repeatedly(begun(socket, head), 'x', 100), /timeout/],
    ['sends headers without end', (socket) => repeatedly(begun(socket, head), `x-${'y'.repeat(500)}: z\r\n`), /io/],
    ['sends one huge header', (socket) => void socket.write(`${head}x: ${'y'.repeat(5_000_000)}\r\n\r\n`), /io/],
    ['sends preliminary answers without end', (socket) => repeatedly(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), /timeout|io/],
    ['sends empty-looking chunks without end', (socket) => repeatedly(begun(socket, `${head}transfer-encoding: chunked\r\n\r\n`), '1\r\nx\r\n', 5), /timeout/],
    ['sends an extension of a chunk without end', (socket) => repeatedly(begun(socket, `${head}transfer-encoding: chunked\r\n\r\n1;`), 'y'.repeat(5_000)), /timeout|io/],
    ['sends trailers without end', (socket) => repeatedly(begun(socket, `${head}transfer-encoding: chunked\r\n\r\n0\r\n`), `x-${'y'.repeat(500)}: z\r\n`), /timeout|io/],
    ['sends a status line without end', (socket) => repeatedly(begun(socket, 'HTTP/1.1 200 '), 'y'.repeat(5_000)), /timeout|io/],
    ['sends more than it said', (socket) => repeatedly(begun(socket, `${head}content-length: 3\r\n\r\nabc`), 'HTTP/1.1 200 OK\r\n\r\n'), /none/],
    ['says two lengths', (socket) => void socket.write(`${head}content-length: 3\r\ncontent-length: 5\r\n\r\nabcde`), /io/],
    ['says a length and chunks', (socket) => void socket.write(`${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`), /io/],
    ['sends zstd, which was not asked for', (socket) => void socket.write(reply(200, zstdCompressSync(Buffer.alloc(60_000_000)), { 'content-type': 'text/plain', 'content-encoding': 'zstd' })), /io/],
    ['sends 101', (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'), /io|timeout/],
  ])('%s is left in time, with little memory', async (_, behaviour, code) => {
    answer = (socket) => behaviour(socket);
    const before = process.memoryUsage.rss();
    const started = performance.now();
    const result = await get('http://good.example/', { milliseconds: 1_500 }).then(() => 'none', (error: unknown) => (error as { code: string }).code);
    expect(result).toMatch(code);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
  });
});
