import { describe, expect, it } from 'vitest';
import { testGuard, trusted } from './command-fakes.js';

const guard = testGuard();
const keepsPolicy = ':(top,exclude,glob,icase)**/.axon/policy*';

async function argumentsOf(command: string): Promise<readonly string[]> {
  const { decision, plan } = await guard.judge({ command }, trusted);
  expect(decision, command).toMatchObject({ verdict: 'ask' });
  return plan?.args ?? [];
}

describe('[P7] git that writes files, and what nobody may write', () => {
  it.each(['git restore .', 'git restore --source=HEAD~3 -- src', 'git stash push', 'git stash push -u -- src', 'git checkout -- .', "git checkout -- ':!src'", 'git checkout HEAD~1 src', "git checkout '.a?on/policy.json'"])('leaves it out of %s', async (command) => {
    expect(await argumentsOf(command)).toContain(keepsPolicy);
  });

  it.each(['git checkout main', 'git checkout -b x origin/main', 'git checkout -', 'git checkout HEAD~1 --', 'git switch main'])('adds nothing to %s, which would then bring back files instead of switching', async (command) => {
    expect(await argumentsOf(command)).not.toContain(keepsPolicy);
  });

  it('tells the person that it is left out', async () => {
    const { decision } = await guard.judge({ command: 'git restore .' }, trusted);
    expect(decision.warnings?.join(' ')).toContain('.axon');
  });
});
