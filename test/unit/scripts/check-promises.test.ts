import { describe, expect, it } from 'vitest';
import { checkPromises } from '../../../scripts/check-promises.mjs';

const title = (text: string) => `  it('${text}', () => undefined);`;

describe('the check of promises', () => {
  it('is content when each promise has a test', () => {
    const { promises, problems } = checkPromises('## P1 One gate\n- **P2 Data.** Text\n', [title('[P1] holds'), title('[P2] holds')]);
    expect(promises).toEqual(['P1', 'P2']);
    expect(problems).toEqual([]);
  });

  it('names a promise without a test', () => {
    expect(checkPromises('**P1 One gate.**\n**P2 Data.**', [title('[P1] holds')]).problems).toEqual(['P2 in SECURITY.md has no test with [P2] in its title.']);
  });

  it('names a test whose promise is not made', () => {
    expect(checkPromises('**P1 One gate.**', [title('[P1] [P7] holds')]).problems).toEqual(["A test names [P7], which SECURITY.md doesn't promise."]);
  });

  it('takes no comment and no skipped file for a test', () => {
    expect(checkPromises('**P1 One gate.**', ['// [P1] to be written']).problems).toHaveLength(1);
  });

  it('finds titles after a table and in template literals', () => {
    expect(checkPromises('**P1 One gate.**', ['it.each([1, 2])(`[P1] holds for %s`, () => undefined)']).problems).toEqual([]);
  });

  it('is not content with a page that promises nothing', () => {
    expect(checkPromises('# Security\n', []).problems).toHaveLength(1);
  });
});
