import { describe, expect, it } from 'vitest';
import { beginsWith, isExactly } from '../../../../src/policy/rules/command-words.js';

const words = (text: string): string[] => text.split(' ');

describe('a command begins with the words of a rule that tightens', () => {
  it.each<[string, string[], string[]]>([
    ['npm run deploy', ['npm run deploy', 'npm run deploy --tag x', 'npm -s run deploy', 'npm run -w app deploy', 'npm --prefix x run --silent deploy', 'npm run -- deploy'], ['npm run', 'npm run deployment', 'npm test run deploy', 'pnpm run deploy', 'echo npm run deploy']],
    ['git push', ['git push', 'git -C x push', 'git push origin main'], ['git commit -m push', 'git', 'git pushx', 'git log push']],
    ['git push --force', ['git push --force', 'git push origin --force', 'git push --force=x origin', 'git -c a=b push -v --force'], ['git push', 'git push --force-with-lease', 'git push force']],
    ['rm -f', ['rm -f x', 'rm x -f', 'rm -rf x', 'rm -fr x'], ['rm x', 'rm --f x', 'rm f']],
    ['npm run *', ['npm run a', 'npm run -x'], ['npm run', 'npm test']],
    ['npm * deploy', ['npm run deploy', 'npm x deploy'], ['npm deploy', 'npm a b deploy']],
    ['npm run deploy --env prod', ['npm run deploy --env prod', 'npm run deploy --env=prod', 'npm --env=prod run deploy', 'npm run deploy -- --x --env prod'], ['npm run deploy --env dev', 'npm run deploy prod', 'npm run deploy --prod env']],
    ['npm run deploy --env=prod', ['npm run deploy --env prod', 'npm run --env=prod deploy'], ['npm run deploy --env=dev']],
    ['make deploy', ['make deploy', 'make V=1 deploy', 'make all deploy', 'make -j4 clean deploy all', 'make -- deploy', 'make -k deploy'], ['make', 'make deployment', 'make TARGET=deploy', 'gmake deploy']],
    ['make -C sub deploy', ['make -C sub deploy', 'make -Csub all deploy', 'make deploy -C sub'], ['make deploy', 'make -C other deploy']],
    ['make *', ['make all', 'make V=1'], ['make']],
    ['npm test', ['npm test', 'npm run test', 'npm -s run test -- --x'], ['npm run test:unit', 'npm run build test']],
    ['npm run test', ['npm test', 'npm run test'], ['npm run', 'npm run tests']],
    ['make', ['make', 'make all'], ['cmake', 'gmake make']],
    ['tool run', ['tool A=1 run', 'tool _a1:=x run', 'tool A+=1 A?=2 run', 'tool -x A=1 run'], ['A=1 tool run', 'tool 1=a run', 'tool --a=b c d run', 'tool a-b=1 run', 'tool =x run', 'tool - run']],
    ['tool A=1', ['tool A=1', 'tool -v A=1'], ['tool A=2', 'tool']],
    ['tool -o out run', ['tool -o out run', 'tool -oout run', 'tool run -o=out', 'tool run -o out'], ['tool run', 'tool -o other run', 'tool run -x out', 'tool out -o']],
    ['tool --all', ['tool --all', 'tool x --all', 'tool --all=y'], ['tool --al', 'tool --allx', 'tool all', 'tool -a']],
    ['tool -a', ['tool -a', 'tool -ba', 'tool -ax', 'tool -a=1'], ['tool --a', 'tool a', 'tool -b', 'tool x-a', 'tool --bar']],
    ['tool *', ['tool x', 'tool -x y'], ['tool']],
    ['tool --=x', ['tool --=x'], ['tool -- x', 'tool x']],
    ['npm test unit', ['npm test unit', 'npm run test unit'], ['npm run unit', 'npm test']],
    ['npm run test unit', ['npm test unit'], ['npm run build unit']],
    ['yarn test', ['yarn test'], ['yarn run test', 'npm run test']],
    ['make clean deploy', ['make deploy clean', 'make x clean V=1 deploy'], ['make clean', 'make deploy']],
    ['make * deploy', ['make deploy', 'make a deploy'], ['make a']],
  ])('%s', (rule, begins, others) => {
    for (const command of begins) expect(`${command}: ${beginsWith(words(command), words(rule))}`).toBe(`${command}: true`);
    for (const command of others) expect(`${command}: ${beginsWith(words(command), words(rule))}`).toBe(`${command}: false`);
  });

  it('takes no longer for thousands of flags', () => {
    const command = ['npm', ...Array.from({ length: 4_000 }, () => '-x'), 'y'];
    const started = performance.now();
    expect(beginsWith(command, ['npm', '*', '*', 'run', 'deploy'])).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a command is exactly the words of a rule that allows', () => {
  it.each<[string, string[], string[]]>([
    ['npm test', ['npm test'], ['npm test x', 'npm', 'npm -s test', 'npm testx', 'Npm test']],
    ['npm run *', ['npm run build'], ['npm run', 'npm run -x', 'npm run --if-present', 'npm run a b']],
  ])('%s', (rule, same, others) => {
    for (const command of same) expect(isExactly(words(command), words(rule))).toBe(true);
    for (const command of others) expect(`${command}: ${isExactly(words(command), words(rule))}`).toBe(`${command}: false`);
  });
});
