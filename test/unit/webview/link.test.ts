import { describe, expect, test } from 'vitest';
import { decodeEntities } from '../../../webview/markdown/entities.js';
import { addressBeside, linkTarget } from '../../../webview/markdown/link.js';

describe('links of an answer', () => {
  test('only http and https addresses can be opened', () => {
    expect(linkTarget('https://example.com/a?b=c')).toEqual({ url: 'https://example.com/a?b=c', host: 'example.com' });
    const refused = ['command:x', 'file:///etc/passwd', 'javascript:alert(1)', 'vscode://a/b', 'data:text/html,x', '//example.com', '/a', 'mailto:a@b.c', 'https://', '', 'http:example.com'];
    for (const href of refused) expect(linkTarget(href)).toBeUndefined();
  });

  test('an address with credentials, blanks, backslashes or without end is not opened', () => {
    for (const href of ['https://docs.python.org@evil.example/', 'https://a b.example/', 'https://evil.example\\@good.example', `https://e.example/${'a'.repeat(4001)}`]) {
      expect(linkTarget(href)).toBeUndefined();
    }
  });

  test('the true address stands beside a text that looks like another', () => {
    const target = linkTarget('https://evil.example/?d=SECRET')!;
    expect(addressBeside('https://docs.python.org', target)).toBe('https://evil.example/?d=SECRET');
    expect(addressBeside('docs.python.org', target)).toBe('https://evil.example/?d=SECRET');
    expect(addressBeside('the docs', target)).toBe('evil.example');
    expect(addressBeside('https://evil.example/?d=SECRET', target)).toBe('');
  });

  test('a host of other letters is shown in its ASCII form', () => {
    expect(linkTarget('https://\u0430pple.com/')?.host).toBe('xn--pple-43d.com');
  });
});

test('character references are decoded, unknown and impossible ones are not turned into anything', () => {
  expect(decodeEntities('a &lt;b&gt; &#65;&#x42; &amp;lt; &nosuch; &#xd800; &#0; &#x110000;')).toBe('a <b> AB &lt; &nosuch; � � �');
});
