import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PictureProblem } from '../../../../webview/results/picture-problem.js';
import { readSvg } from '../../../../webview/results/svg/read-svg.js';
import type { SvgElement } from '../../../../webview/results/svg/read-svg.js';
import type { SafeElement } from '../../../../webview/results/svg/safe-element.js';
import { applyRules } from '../../../../webview/results/svg/svg-rules.js';
import { hostileSvgs, svg } from '../../../fixtures/results/hostile-svgs.js';

const figure = readFileSync(path.join(import.meta.dirname, '../../../fixtures/results/figure.svg'), 'utf8');
const safe = (text: string) => applyRules(readSvg(text));
/** All of what would be drawn, as text. */
const all = (element: SafeElement): string =>
  [element.name, ...Array.from(element.attributes, ([name, value]) => `${name}=${value}`), ...element.style.map(([name, value]) => `${name}:${value}`), ...element.children.map((child) => (typeof child === 'string' ? child : all(child)))].join('\n');

describe('reading', () => {
  test('elements, attributes in both quotes, text, CDATA, entities and comments', () => {
    const root = readSvg(`\ufeff<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">\n<!-- a - b --><svg xmlns='s'><text x = "1">a&lt;&#x62;&#99;<![CDATA[<d]]]></text><path d="M0 0"\n/></svg>\n`);
    expect(root).toEqual({ name: 'svg', attributes: new Map([['xmlns', 's']]), children: [{ name: 'text', attributes: new Map([['x', '1']]), children: ['a<bc', '<d]'] }, { name: 'path', attributes: new Map([['d', 'M0 0']]), children: [] }] } satisfies SvgElement);
  });

  test.each(['', '<svg>', '<svg></g>', '<svg/><svg/>', '<svg/>x', 'x<svg/>', '<svg a=1/>', '<svg a="1" a="2"/>', '<svg a="<"/>', '<svg><!-- -- --></svg>', '<svg><1/></svg>', '<svg>\0</svg>', '<svg>&#0;</svg>', '<svg>&#xd800;</svg>', '<svg', '<!DOCTYPE html><p>'])('%j is not well-formed', (text) => {
    expect(() => readSvg(text)).toThrow(/^It is no well-formed SVG picture\.$/);
  });

  test('a hostile text takes no longer than its length', () => {
    const started = performance.now();
    const many = 900_000;
    for (const text of ['<', '<a ', '<a b="', '<!--', '<!-', '<?', '<![CDATA[', '&', '<a b="c"', ' ', '<!DOCTYPE', '</a ']) {
      const repeated = text.repeat(Math.floor(many / text.length));
      for (const whole of [repeated, `<svg>${repeated}`, `<svg ${repeated}`, `<svg a="${repeated}`]) expect(() => readSvg(whole), text).toThrow(PictureProblem);
    }
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

describe('[P10] what of a picture is drawn', () => {
  test('all of a figure of matplotlib', () => {
    const read = readSvg(figure);
    const { root, size, leftOut } = applyRules(read);
    expect(size).toEqual({ width: 672, height: 307.2 });
    expect(leftOut).toEqual([]);
    const names = (element: SvgElement | SafeElement): string[] => [element.name, ...element.children.flatMap((child) => (typeof child === 'string' ? [] : names(child)))];
    const without = (element: SvgElement): string[] => [element.name, ...element.children.flatMap((child) => (typeof child === 'string' || child.name === 'metadata' ? [] : without(child)))];
    expect(names(root)).toEqual(without(read));
    expect(all(root).match(/^href=#/gm)).toHaveLength(figure.match(/xlink:href="#/g)!.length);
    expect(all(root).match(/^clip-path=url\(#/gm)).toHaveLength(figure.match(/clip-path="url/g)!.length);
    expect(all(root)).toContain('stroke-linejoin:round');
  });

  test.each(hostileSvgs.filter(({ refused }) => refused === undefined))('nothing of $name', ({ text, keeps }) => {
    const { root } = safe(text);
    expect(all(root)).not.toMatch(/script|on\w+=|foreign|https?:|javascript|data:|import|animate|filter|mask|image|evil|expression|\\/i);
    for (const kept of keeps ?? []) expect(all(root)).toContain(kept);
  });

  test.each(hostileSvgs.filter(({ refused }) => refused !== undefined))('$name is not shown', ({ text, refused }) => {
    const started = performance.now();
    expect(() => safe(text)).toThrow(refused);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('what is missing then is said', () => {
    expect(safe(svg('<script/><filter id="f"/><foreignObject/><metadata/><x:y/><script/>')).leftOut).toEqual(['script', 'filter', 'foreignObject']);
    expect(safe(svg('<style>@import "x"</style>')).leftOut).toEqual(['style']);
  });

  test('links and choices are drawn as groups, and only the first of equal ids counts', () => {
    expect(all(safe(svg('<a href="https://evil.example/"><path id="p" d="M0 0"/></a><switch><g id="p"/></switch>')).root).split('\n')).toEqual(['svg', 'width=10', 'height=10', 'g', 'path', 'id=p', 'd=M0 0', 'g', 'g']);
  });
});

describe('the size', () => {
  test.each([
    ['width="504pt" height="230.4pt"', 672, 307.2], ['viewBox="0 0 30 20"', 30, 20], ['width="60" viewBox="0,0,30,20"', 60, 40], ['height="1in" viewBox="0 0 30 20"', 144, 96],
    ['width="100%" height="100%" viewBox="0 0 30 20"', 30, 20], ['', 300, 150], ['viewBox="zero"', 300, 150],
  ])('%s', (attributes, width, height) => {
    const { size } = safe(`<svg ${attributes}/>`);
    expect(size.width).toBeCloseTo(width);
    expect(size.height).toBeCloseTo(height);
  });

  test.each(['viewBox="0 0 1e9 1e9"', 'viewBox="0 0 0 0"', 'viewBox="0 0 -5 5"', 'width="1e9" height="10"', 'width="9000" height="9000"', 'width="0" height="0"', 'width="10" viewBox="0 0 1 100000"'])('%s can not be drawn', (attributes) => {
    expect(() => safe(`<svg ${attributes}/>`)).toThrow(/size|pixels|million/);
  });
});
