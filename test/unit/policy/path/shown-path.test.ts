import { describe, expect, it } from 'vitest';
import { shownPath, shownPlace } from '../../../../src/policy/path/shown-path.js';

describe('a path in a sentence', () => {
  it('shows what it hides, on one line', () => {
    expect(shownPath('a\u202eb\nc')).toBe('a\\u202eb\\nc');
  });

  it('is whole up to 200 characters, and cut in its middle above', () => {
    const whole = `${'a'.repeat(100)}${'b'.repeat(100)}`;
    expect(shownPath(whole)).toBe(whole);
    expect(shownPath(`${whole}c`)).toBe(`${'a'.repeat(60)}…${'a'.repeat(38)}${'b'.repeat(100)}c`);
    expect(shownPath(`${whole}c`)).toHaveLength(200);
  });

  it('has both names where a link was followed', () => {
    expect(shownPlace('src/a', 'src/a')).toBe('src/a');
    expect(shownPlace('src/a', 'link')).toBe('link (really src/a)');
  });
});
