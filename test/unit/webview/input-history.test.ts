import { expect, test } from 'vitest';
import { atDraft, newer, older } from '../../../webview/composer/input-history.js';

const messages = ['first', 'second'];

test('going back walks from the newest to the oldest and stops there', () => {
  const one = older(messages, atDraft, 'draft')!;
  const two = older(messages, one.place, one.text)!;
  expect([one.text, two.text]).toEqual(['second', 'first']);
  expect(older(messages, two.place, two.text)).toBeUndefined();
});

test('going forward ends at the draft that was left', () => {
  const one = older(messages, atDraft, 'draft')!;
  const two = older(messages, one.place, one.text)!;
  const back = newer(messages, two.place)!;
  expect(back.text).toBe('second');
  expect(newer(messages, back.place)).toEqual({ place: { index: 0, draft: 'draft' }, text: 'draft' });
  expect(newer(messages, atDraft)).toBeUndefined();
});

test('without messages there is nothing to go back to', () => {
  expect(older([], atDraft, 'draft')).toBeUndefined();
});
