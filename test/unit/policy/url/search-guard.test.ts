import { describe, expect, it } from 'vitest';
import { agentProfiles } from '../../../../src/agent/profiles.js';
import { codeGuard } from '../../../../src/policy/code-guard.js';
import { createPolicy } from '../../../../src/policy/engine.js';
import { createSearchGuard } from '../../../../src/policy/url/search-guard.js';
import { webSearch } from '../../../../src/tools/web-search.js';

const decide = (query: string, provider = 'brave', searxngUrl = '', trusted = true) => createSearchGuard({ settings: () => ({ provider, searxngUrl }) }).decide({ kind: 'search', query }, { tool: 'web_search', trusted });

describe('the search guard', () => {
  it('asks with low risk, names where the query goes, and offers a permission for that provider alone', async () => {
    expect(await decide('tree sitter')).toEqual({
      verdict: 'ask',
      risk: 'low',
      rule: 'search.ask-provider',
      reason: 'Searching tells Brave Search (api.search.brave.com) the query, word for word, and brings outside text into the conversation.',
      grant: { key: 'search:https://api.search.brave.com', label: 'Search the web with Brave Search (api.search.brave.com)' },
    });
  });

  it('refuses while no provider is chosen, and says how to choose one', async () => {
    for (const provider of ['none', 'google', '', '__proto__']) {
      expect(await decide('x', provider)).toMatchObject({ verdict: 'deny', risk: 'low', rule: 'search.no-provider', next: expect.stringContaining('axon.search.provider') as string });
    }
    expect(await decide('x', 'searxng')).toMatchObject({ verdict: 'deny', rule: 'search.bad-server', next: expect.stringContaining('axon.search.searxngUrl') as string });
  });

  it('asks each time for a long query: it could carry a text of the person’s', async () => {
    const decision = await decide('x'.repeat(201));
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'search.long-query' });
    expect(decision.grant).toBeUndefined();
    expect(decision.warnings?.join()).toContain('201 characters to api.search.brave.com');
    expect((await decide('x'.repeat(200))).grant).toBeDefined();
  });

  it('asks each time for a query with characters that can’t be seen, and says so', async () => {
    const decision = await decide('weather\u{e0073}\u{e006b}');
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'search.hidden-characters', warnings: [expect.stringContaining('can’t be seen') as string] });
    expect(decision.grant).toBeUndefined();
  });

  it('takes servers of one’s own for different ones by their whole address, and warns without encryption', async () => {
    const a = await decide('x', 'searxng', 'http://search.example:8080/a/');
    expect(a.grant?.key).toBe('search:http://search.example:8080/a');
    expect(a.warnings?.join()).toContain('not encrypted');
    expect((await decide('x', 'searxng', 'https://search.example')).grant?.key).toBe('search:https://search.example');
    expect((await decide('x', 'searxng', 'https://search.example')).warnings).toBeUndefined();
  });

  it('offers no permission in an untrusted workspace', async () => {
    expect((await decide('x', 'brave', '', false)).grant).toBeUndefined();
  });
});

describe('a search in the whole policy', () => {
  const never = { decide: () => Promise.reject(new Error('not asked')) };
  const ruling = async (query: string, { autoApprove = ['web_search'], tainted = false, trusted = true, provider = 'brave' } = {}) => {
    const search = createSearchGuard({ settings: () => ({ provider, searxngUrl: '' }) });
    const policy = createPolicy({ path: never, command: never, url: never, search, code: codeGuard }, { autoApprove: () => autoApprove });
    return (await policy.decide({ tool: webSearch, subjects: webSearch.subjects({ query }), agent: agentProfiles[1]!, trusted, tainted })).decision;
  };

  it('may be auto-approved', async () => {
    expect(await ruling('x')).toMatchObject({ verdict: 'allow', risk: 'low' });
    expect(await ruling('x', { autoApprove: [] })).toMatchObject({ verdict: 'ask', grant: { key: 'search:https://api.search.brave.com' } });
  });

  it('[P6] asks each time once the session has read something from outside', async () => {
    expect(await ruling('x', { tainted: true })).toMatchObject({ verdict: 'ask' });
  });

  it('asks when it is long, hides characters, or the workspace is not trusted; and no setting allows what has no provider', async () => {
    expect((await ruling('x'.repeat(300))).verdict).toBe('ask');
    expect((await ruling('x\u200b')).verdict).toBe('ask');
    expect((await ruling('x', { trusted: false })).verdict).toBe('ask');
    expect(await ruling('x', { provider: 'none' })).toMatchObject({ verdict: 'deny', rule: 'search.no-provider' });
  });
});
