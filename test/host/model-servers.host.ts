import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { startModelServer } from '../fixtures/model-server/model-server.mjs';
import type { ModelServer } from '../fixtures/model-server/model-server.mjs';
import type { Turn } from '../fixtures/model-server/turn.mjs';
import type { Axon } from './lib/axon.js';
import { answerNext, answerText, axon, chooseModel, freshSession, notices, outcomes, say, setSetting, until } from './lib/axon.js';

const key = 'sk-host-test-0123456789abcdef';
const anthropicAddress = 'https://api.anthropic.com';

interface Provider {
  readonly name: string;
  /** The name its key is kept under. */
  readonly id: string;
  readonly model: string;
  /** Points the product at the server; gives what points it back. */
  redirect(url: string): Promise<() => Promise<void>>;
}

const providers: readonly Provider[] = [
  {
    name: 'a server from the setting axon.models.endpoints',
    id: 'company',
    model: 'company/scripted-model',
    async redirect(url) {
      await setSetting('models.endpoints', [{ id: 'company', baseUrl: `${url}/v1`, needsKey: true }]);
      return () => setSetting('models.endpoints', undefined);
    },
  },
  {
    name: 'Anthropic',
    id: 'anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    // Its address is no setting, so the network is bent instead: the same requests, to this machine.
    async redirect(url) {
      const real = globalThis.fetch;
      globalThis.fetch = (input, init) => real(String(input instanceof Request ? input.url : input).replace(anthropicAddress, url), init);
      return async () => void (globalThis.fetch = real);
    },
  },
];

for (const provider of providers) {
  describe(`a model of ${provider.name}`, () => {
    let server: ModelServer | undefined;
    let restore: (() => Promise<void>) | undefined;

    const open = async (...turns: Turn[]): Promise<{ parts: Axon; server: ModelServer }> => {
      const opened = (server = await startModelServer({ turns, key }));
      restore = await provider.redirect(opened.url);
      return { parts: await freshSession(provider.model), server: opened };
    };

    before(async () => (await axon()).secrets.setApiKey(provider.id, key));
    afterEach(async () => {
      await chooseModel(await axon(), 'guide');
      await restore?.();
      await server?.close();
    });
    after(async () => (await axon()).secrets.removeApiKey(provider.id));

    it('reads a file with the person’s leave, and its tokens are counted', async () => {
      const { parts, server } = await open(
        { text: ['Let me ', 'look.'], calls: [{ name: 'file_read', arguments: { path: 'README.md' } }], usage: { input: 100, output: 20 } },
        { text: 'Tea.', usage: { input: 300, output: 4 } },
      );
      const asked = answerNext(parts, { type: 'allow-once' });
      const events = await say(parts, 'What is it about?');
      await asked;

      assert.equal(answerText(events), 'Let me look.Tea.');
      assert.deepEqual(outcomes(events).map((each) => each.state), ['done']);
      const { input, output } = parts.chat.session.usage;
      assert.deepEqual({ input, output }, { input: 400, output: 24 });
      assert.match(JSON.stringify(server.requests.at(-1)?.body), /Tea timer/);
    });

    it('is asked again when its answer breaks off, and the half is not kept', async () => {
      const { parts, server } = await open({ text: ['Half an ', 'answer', ' and more'], cutAfter: 4 }, { text: 'A whole answer.' });
      const events = await say(parts, 'Hello?');
      assert.equal(server.requests.length, 2);
      assert.equal(events.filter((each) => each.type === 'retrying').length, 1);
      assert.deepEqual(events.at(-1), { type: 'finished', reason: 'done' });
      const answers = parts.chat.session.page().items.flatMap((each) => (each.kind === 'answer' ? [each.text] : []));
      assert.deepEqual(answers, ['A whole answer.']);
    });

    it('[P8] says that the key was refused, asks once, and shows no part of the key', async () => {
      const { parts, server } = await open();
      await parts.secrets.setApiKey(provider.id, `${key}-wrong`);
      const events = await say(parts, 'Hello?');
      await parts.secrets.setApiKey(provider.id, key);
      assert.equal(server.requests.length, 1);
      assert.match(notices(events).join('\n'), /did not accept the API key.*Set API Key/);
      assert.equal(JSON.stringify(events).includes('sk-host-test'), false);
    });

    it('says that there is no key before it asks', async () => {
      const { parts, server } = await open({ error: { status: 401 } });
      await parts.secrets.removeApiKey(provider.id);
      const events = await say(parts, 'Hello?');
      await parts.secrets.setApiKey(provider.id, key);
      assert.match(notices(events).join('\n'), /API key.*Set API Key/);
      assert.ok(server.requests.every((each) => each.headers['authorization'] === undefined && each.headers['x-api-key'] === undefined));
    });

    for (const hang of ['headers', 'body'] as const) {
      it(`is left at once on Stop while it sends no ${hang}`, async () => {
        const { parts, server } = await open({ hang });
        const said = say(parts, 'Hello?');
        await until(() => server.requests.length === 1, 'the request');
        const since = Date.now();
        parts.chat.stop();
        assert.deepEqual((await said).at(-1), { type: 'finished', reason: 'stopped' });
        assert.ok(Date.now() - since < 2_000, 'stopping took too long');
        await until(() => server.requests[0]?.closedEarly === true, 'the connection to be closed');
      });
    }

    it('runs nothing for arguments that are not JSON', async () => {
      const { parts } = await open({ calls: [{ name: 'file_read', arguments: '{"path": "README.md"' }] }, { text: 'I see.' });
      const events = await say(parts, 'Read it.');
      assert.deepEqual(outcomes(events).map(({ state, rule }) => ({ state, rule })), [{ state: 'invalid', rule: 'call.invalid-arguments' }]);
      assert.equal(parts.broker.pending.length, 0);
    });
  });
}
