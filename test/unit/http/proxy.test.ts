import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AxonError } from '../../../src/errors.js';
import { createWeb } from '../../../src/http/create-web.js';
import { createDial, createStartTls } from '../../../src/http/dial.js';
import { wholePage } from '../../../src/http/whole-page.js';
import { selfSigned } from '../../fixtures/web/certificate.js';
import { ok, redirect, reply } from '../../fixtures/web/fake-internet.js';
import { Loopback, onRequest } from '../../fixtures/web/loopback.js';

vi.setConfig({ testTimeout: 20_000 });

const loopback = new Loopback();
const certificate = selfSigned(['docs.example', 'www.docs.example']);
let [pagePort, proxyPort] = [0, 0];
const connects: string[] = [];
const lookedUp: string[] = [];
const pageRequests: string[] = [];
/** What the proxy does with a CONNECT. */
let behave: (socket: Socket, request: string) => void = () => undefined;
let page = ok('<p>through</p>');

/** A proxy as companies have: it opens the tunnel to whatever it is asked for, here always to the one server. */
const tunnel = (socket: Socket): void => {
  void loopback.connect(pagePort).then((other) => {
    socket.removeAllListeners('data');
    socket.write('HTTP/1.1 200 Connection established\r\nvia: proxy\r\n\r\n');
    socket.pipe(other).pipe(socket);
  });
};

beforeAll(async () => {
  pagePort = await loopback.listen((socket) => onRequest(socket, (request) => {
    if (request.startsWith('GET /robots.txt')) socket.write(reply(404, ''));
    else {
      pageRequests.push(request.split('\r\n', 1)[0]!);
      socket.write(page);
    }
  }), certificate);
  proxyPort = await loopback.listen((socket) => onRequest(socket, (request) => {
    connects.push(request);
    behave(socket, request);
  }));
});
afterAll(() => loopback.close());
beforeEach(() => {
  connects.length = lookedUp.length = pageRequests.length = 0;
  behave = tunnel;
  page = ok('<p>through</p>');
});

const webBehind = (proxy: string, allowHosts: readonly string[] = []) =>
  createWeb({
    settings: () => ({ allowHosts, proxy }), search: () => ({ provider: 'duckduckgo', searxngUrl: '' }), searchKey: () => Promise.resolve(undefined), readHtml: (html) => Promise.resolve(wholePage(html)),
    resolve: (name) => {
      lookedUp.push(name);
      return Promise.resolve(name === 'proxy.example' ? ['127.0.0.1'] : []);
    },
    dial: createDial(), startTls: createStartTls({ ca: certificate.cert }), limits: { milliseconds: 4_000 },
  });
const signal = new AbortController().signal;
const get = (url: string, allowHosts: readonly string[] = ['docs.example', '*.docs.example', 'other.example'], proxy = `http://127.0.0.1:${proxyPort}`) => webBehind(proxy, allowHosts).fetch(url, { signal });

describe('behind a proxy', () => {
  it('a page of a listed host comes through a tunnel to it, and no name is looked up here', async () => {
    expect(await get('https://docs.example/a?b')).toMatchObject({ text: 'through', url: 'https://docs.example/a?b', robots: 'allowed' });
    expect(connects).toEqual(['CONNECT docs.example:443 HTTP/1.1\r\nHost: docs.example:443\r\n\r\n']);
    expect(pageRequests).toEqual(['GET /a?b HTTP/1.1']);
    expect(lookedUp).toEqual([]);
  });

  it('the proxy may have a name, and a private address', async () => {
    expect(await get('https://docs.example/', undefined, `http://proxy.example:${proxyPort}/`)).toMatchObject({ text: 'through' });
    expect(lookedUp).toEqual(['proxy.example']);
  });

  it.each<[string, string, readonly string[], string]>([
    ['a host that isn’t listed', 'https://elsewhere.example/', ['docs.example'], 'url.host-not-allowed'],
    ['every host when none is listed', 'https://docs.example/', [], 'url.proxy-allowed-hosts'],
    ['a page without encryption', 'http://docs.example/', ['docs.example'], 'url.proxy-https'],
    ['an address inside, listed or not', 'https://10.0.0.1/', ['10.0.0.1'], 'url.private-address'],
    ['a local name, listed or not', 'https://localhost/', ['localhost'], 'url.local-name'],
  ])('[P13] refuses %s, before the proxy hears of it', async (_, url, allowHosts, rule) => {
    await expect(get(url, allowHosts)).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining(rule) as string });
    expect(connects).toEqual([]);
  });

  it('[P13] a search goes through it too: its provider is no listed host, and has to prove its name', async () => {
    await expect(webBehind(`http://127.0.0.1:${proxyPort}`).search('x', { signal })).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string });
    expect(connects).toEqual(['CONNECT html.duckduckgo.com:443 HTTP/1.1\r\nHost: html.duckduckgo.com:443\r\n\r\n']);
    expect(lookedUp).toEqual([]);
    expect(pageRequests).toEqual([]);
  });

  it.each(['https://proxy.example', 'http://user:password@proxy.example', 'proxy.example:3128', 'http://proxy.example/path', 'socks5://proxy.example', 'x', ' '])('refuses everything when the setting is %j: nothing goes past a proxy by mistake', async (proxy) => {
    await expect(get('https://docs.example/', ['docs.example'], proxy)).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('url.bad-proxy') as string });
    await expect(webBehind(proxy).search('x', { signal })).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('url.bad-proxy') as string });
    expect(lookedUp).toEqual([]);
  });

  it('[P13] a redirect to another host isn’t followed, nor one that leaves encryption', async () => {
    page = redirect('https://other.example/');
    expect(await get('https://docs.example/')).toMatchObject({ movedTo: 'https://other.example/' });
    page = redirect('http://docs.example/');
    await expect(get('https://docs.example/')).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('url.proxy-https') as string });
    expect(connects).toHaveLength(2);
  });

  it('[P13] the proxy can’t answer in another’s name', async () => {
    await expect(get('https://other.example/')).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string });
    expect(pageRequests).toEqual([]);
  });

  it.each<[string, (socket: Socket) => void, string, RegExp]>([
    ['wants a password', (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="npm"\r\n\r\n'), 'unavailable', /password/],
    ['refuses', (socket) => socket.end('HTTP/1.1 403 npm\r\n\r\n'), 'io', /status 403/],
    ['speaks no HTTP', (socket) => socket.end('220 npm ready\r\n\r\n'), 'io', /status 0/],
    ['speaks before its turn', (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nnpm'), 'io', /status 0/],
    ['sends headers without end', (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5_000)}`), 'io', /status 0/],
    ['hangs up', (socket) => void socket.destroy(), 'io', /could not be fetched/],
    ['never answers', () => undefined, 'timeout', /4 seconds/],
    ['opens no real tunnel', (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'), 'timeout', /4 seconds/],
  ])('tells plainly of a proxy that %s, without a word of it', async (_, behaviour, code, message) => {
    behave = behaviour;
    const failure = await get('https://docs.example/').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AxonError);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(JSON.stringify(failure) + (failure as AxonError).message).not.toContain('npm');
  });

  it('tells plainly of a proxy that isn’t there', async () => {
    await expect(get('https://docs.example/', undefined, 'http://nowhere.example:3128')).rejects.toMatchObject({ code: 'io', message: 'The proxy can’t be reached.', next: expect.stringContaining('axon.web.proxy') as string });
  });
});
