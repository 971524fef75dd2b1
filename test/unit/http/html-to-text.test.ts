import { describe, expect, it } from 'vitest';
import { decodeEntities } from '../../../src/http/html-entities.js';
import { htmlToText } from '../../../src/http/html-to-text.js';

const text = (html: string) => htmlToText(html).text;

describe('a page as text', () => {
  it('keeps what a reader sees, one line a block', () => {
    const page = `<!DOCTYPE html><html><head><meta charset=utf-8><title>The &lt;title&gt;
      of it</title><style>p { color: red }</style><script>if (a < b) alert("</p>")</script></head>
      <body><nav><a href="/x">Home</a></nav><h1>Head &amp; <em>line</em></h1><p>One
      two<br>three.</p><ul><li>first<li>second <b>bold</b></ul><table><tr><th>a<th>b<tr><td>1<td>2</table>
      <!-- a comment with <p> --><pre>  keep
    this</pre><p>last</p></body></html>`;
    expect(htmlToText(page)).toEqual({
      title: 'The <title> of it',
      text: 'Home\n\n# Head & line\n\nOne two\nthree.\n\n- first\n- second bold\n\na b\n1 2\n\n  keep\n    this\n\nlast',
    });
  });

  it.each([
    ['no tags', 'a < b && c > d', 'a < b && c > d'],
    ['a quoted bracket in an attribute', '<a title="x > y">z</a>', 'z'],
    ['a tag that never ends', 'a<p title="', 'a'],
    ['a comment that never ends', 'a<!-- b', 'a'],
    ['a script that never ends', 'a<script>b', 'a'],
    ['comments of nothing', '<!-->a<!--->b<!---->c<!-- -->d', 'abcd'],
    ['letters that grow when they are made small', '<title>İİ</title><script>İİ no</script><p>İİ<b>yes</b></p>', 'İİyes'],
    ['a script in capitals', '<SCRIPT>x</SCRIPT >y', 'y'],
    ['an empty svg', '<svg/>a<svg><text>no</text></svg>b', 'ab'],
    ['a stray end tag', '</p>a</b>', 'a'],
    ['a declaration', '<?xml version="1.0"?><p>a', 'a'],
    ['nothing', '', ''],
    ['invisible break hints', 'soft\u00adware zero\u200bwidth', 'software zerowidth'],
    ['references in references', '&amp;lt;script&amp;gt;', '&lt;script&gt;'],
  ])('copes with %s', (_, html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it.each([
    ['open brackets', '<'.repeat(300_000)],
    ['open tags', '<a '.repeat(200_000)],
    ['open comments', '<!--'.repeat(200_000)],
    ['open scripts', '<script>'.repeat(100_000)],
    ['nested blocks', '<div>'.repeat(200_000)],
    ['blanks', `<pre>${' '.repeat(1_000_000)}`],
    ['broken references', '&#x'.repeat(200_000)],
    ['quotes', `<a ="${"'\"".repeat(200_000)}`],
  ])('is quick for a hostile page of %s', (_, html) => {
    const started = performance.now();
    text(html);
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it('decodes references by name and number, and leaves unknown ones', () => {
    expect(decodeEntities('&eacute;&#233;&#xE9; &unknown; &constructor; &#0;&#xD800;&#x110000; AT&T')).toBe('ééé &unknown; &constructor; \ufffd\ufffd\ufffd AT&T');
  });
});
