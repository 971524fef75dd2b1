import { expect, test } from 'vitest';
import { pageHtml, pagePolicy } from '../../../src/protocol/page-html.js';

const parts = { nonce: 'n0nce', cspSource: 'https://host.example', scriptUri: 'https://host.example/chat.js', styleUri: 'https://host.example/chat.css', title: 'Axon' };

test('the policy allows one script, own style sheets, and nothing else', () => {
  const directives = pagePolicy('n0nce', 'https://host.example').split('; ');
  expect(directives).toContain("default-src 'none'");
  expect(directives).toContain("script-src 'nonce-n0nce'");
  expect(directives).toContain("connect-src 'none'");
  expect(directives.join(' ')).not.toMatch(/unsafe|\*|data:|https?:(?!\/\/host\.example)/);
});

test('[P10] only a page that shows pictures may, and only those that it made of bytes', () => {
  expect(pagePolicy('n0nce', 'https://host.example')).not.toContain('img-src');
  expect(pageHtml(parts)).not.toContain('img-src');
  expect(pagePolicy('n0nce', 'https://host.example', true).split('; ').filter((directive) => directive.includes('img') || directive.includes('blob'))).toEqual(['img-src blob:']);
  expect(pageHtml({ ...parts, showsPictures: true })).toContain('img-src blob:;');
});

test('values can not break out of the attributes they are put into', () => {
  const html = pageHtml({ ...parts, title: '</title><script>x</script>', scriptUri: '"><script>y</script>' });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('&lt;script&gt;x');
});

test('the document holds no script text and no style text', () => {
  const html = pageHtml(parts);
  expect(html).toContain('<script type="module" nonce="n0nce" src="https://host.example/chat.js"></script>');
  expect(html).not.toMatch(/<style|style=|onload=/);
});
