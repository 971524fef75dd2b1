import { describe, expect, it } from 'vitest';
import { chosenSearch } from '../../../../src/policy/url/search-provider.js';

const own = (searxngUrl: string) => chosenSearch({ provider: 'searxng', searxngUrl });

describe('the provider of searches', () => {
  it('is where its maker runs it, whatever server of one’s own is set', () => {
    expect(chosenSearch({ provider: 'tavily', searxngUrl: 'http://search.example' })).toMatchObject({ ok: true, base: 'https://api.tavily.com', host: 'api.tavily.com' });
  });

  it('is a server of one’s own at its whole address, without blanks around it and slashes behind', () => {
    expect(own(' http://search.example:8080/a// ')).toMatchObject({ ok: true, base: 'http://search.example:8080/a', host: 'search.example:8080' });
    expect(own('https://Search.Example')).toMatchObject({ ok: true, base: 'https://search.example', host: 'search.example' });
  });

  it.each(['', 'search.example', 'ftp://search.example', 'ws+http://search.example', 'httpsx://search.example', 'http-a://search.example', 'https://user@search.example', 'https://user:pass@search.example', 'https://:pass@search.example', 'https://search.example/?q=a', 'https://search.example/#a'])('is none when its server is %j, and says so', (url) => {
    expect(own(url)).toMatchObject({ ok: false, rule: 'search.bad-server', reason: expect.stringContaining('SearXNG') as string });
  });

  it('is none while nobody chose', () => {
    expect(chosenSearch({ provider: '', searxngUrl: 'http://search.example' })).toMatchObject({ ok: false, reason: 'No search provider is chosen.' });
  });
});
