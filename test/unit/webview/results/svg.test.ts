import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PictureProblem } from '../../../../webview/results/picture-problem.js';
import { readSvg } from '../../../../webview/results/svg/read-svg.js';
import type { SvgElement } from '../../../../webview/results/svg/read-svg.js';
import type { SafeElement } from '../../../../webview/results/svg/safe-element.js';
import { lengthOf, scaleOf } from '../../../../webview/results/svg/svg-length.js';
import { isSafeAttribute } from '../../../../webview/results/svg/svg-names.js';
import { applyRules } from '../../../../webview/results/svg/svg-rules.js';
import { isSafeProperty, safeSheet } from '../../../../webview/results/svg/svg-style.js';
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
    expect(all(root).replace('viewBox', '')).not.toMatch(/viewbox|opacity|dash|pathLength|script|on\w+=|foreign|https?:|javascript|data:|import|animate|filter|mask|image|evil|expression|\\/i);
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

  test('of a style sheet plain rules for elements by themselves', () => {
    const sheet = (text: string) => all(safe(svg(`<style>${text}</style>`)).root).split('\n').slice(4).join(' ');
    expect(sheet('*{stroke-linejoin: round; stroke-linecap: butt}')).toBe('*{stroke-linejoin:round;stroke-linecap:butt}');
    expect(sheet('/* x */ .a, path.b#c { fill : #fff } g .a{fill:red} .a>b{fill:red} :has(*){fill:red} [x]{fill:red} {fill:red} ,{fill:red} .d{width:1px}')).toBe('.a, path.b#c{fill:#fff}');
    for (const none of ['a{', 'a{fill:red', '}', 'a{b{fill:red}}', 'a{fill:red}}', String.raw`a{fill:\72 ed}`, '@media all{a{fill:red}}']) expect(sheet(none), none).toBe('');
  });

  test('names of what every object has are names like others', () => {
    expect(() => readSvg('<svg>&constructor;</svg>')).toThrow('entities');
    expect(safe(svg('<constructor/><__proto__ toString="1"/><rect constructor="1" hasOwnProperty="x"/>')).leftOut).toEqual(['constructor', '__proto__']);
  });

  test('links and choices are drawn as groups, and only the first of equal ids counts', () => {
    expect(all(safe(svg('<a href="https://evil.example/"><path id="p" d="M0 0"/></a><switch><g id="p"/></switch>')).root).split('\n')).toEqual(['svg', 'width=10', 'height=10', 'g', 'path', 'id=p', 'd=M0 0', 'g', 'g']);
  });
});

describe('what it takes to draw', () => {
  const length = (name: string, attributes: Record<string, string>) => lengthOf(name, new Map(Object.entries(attributes)));

  test.each([
    ['M 10 10 L 13 14', 7], ['M10,10 13,14 13,13', 8], ['M5 5l3-4', 7], ['M1e1 10h3v-4', 7], ['M0 0C1 1 2 2 3 3', 6], ['M0 0Q1 0 2 0T4 0', 4], ['M100 100M200 200', 0],
  ])('%s is at least %i long', (d, least) => {
    expect(length('path', { d })).toBeGreaterThanOrEqual(least);
    expect(length('path', { d })).toBeLessThanOrEqual(least * 2);
  });

  test('no way of a path is told too short', () => {
    for (const d of ['M0 0H100H0', 'M0 0V100V0V100', 'M0 0A50 50 0 1 1 100 0', 'M0 0a50 50 0 1 1 100 0', 'M0 0L100 0z', 'L100 0', 'M0 0H100L0 0']) expect(length('path', { d }), d).toBeGreaterThanOrEqual(100);
  });

  test('shapes are about as long as their edge; a rectangle is filled without following it', () => {
    expect(length('rect', { width: '3', height: '4' })).toBeGreaterThanOrEqual(3);
    expect(length('circle', { r: '1' })).toBeGreaterThan(6.28);
    expect(length('polyline', { points: '0,0 3,4' })).toBeGreaterThanOrEqual(7);
    expect(length('line', { x1: '1', x2: '5', y1: '0', y2: '0' })).toBeGreaterThanOrEqual(4);
  });

  test.each([['translate(100 100)', 1], ['scale(2)', 2], ['scale(-2 3) scale(2)', 6], ['scale(0.01, -0.02)', 0.02], ['matrix(3 0 0 3 9 9)', 6], ['rotate(45 100 100)', 1], ['rotate(-0 7 2)scale(.5)', 0.5]])('%s makes longer by %d', (transform, scale) => {
    expect(scaleOf(transform)).toBeCloseTo(scale);
  });
});

test.each(['10px \'DejaVu Sans\', sans-serif', 'bold 12px Arial', '12', '9.5px', 'italic 700 10px/1.2 serif'])('a font of %s is drawn', (font) => {
  const property = font.includes(' ') ? 'font' : 'font-size';
  expect(all(safe(svg(`<text style="${property}: ${font}">a</text>`)).root)).toContain(`${property}:${font}`);
});

test.each(['101px', '1e4px', '100em', '5000%', '99vw', '3000px serif', '10px x 3000px', 'xx-large', '0 3000px'])('a font of %s is not', (font) => {
  expect(all(safe(svg(`<style>text{font-size:${font};font:${font}}</style><text style="font: ${font}" font-size="${font}">a</text>`)).root)).not.toContain('font');
});

test('a hostile value takes no longer than its length', () => {
  const started = performance.now();
  const values = ['1', '1 ', '"', 'rgb(', 'a', '.', 'bold ', '1e', ',', '#', '-', ' '].flatMap((text) => [text.repeat(900), `${text.repeat(900)}!`.slice(-999), `url(#${text.repeat(400)}`]);
  for (const property of ['stroke-dasharray', 'font', 'font-size', 'fill', 'font-family']) for (const value of values) isSafeProperty(property, value);
  for (const value of values) {
    isSafeAttribute('transform', value);
    isSafeAttribute('class', value);
    safeSheet(`${value}{fill:red}`);
    lengthOf('path', new Map([['d', value]]));
    scaleOf(value);
  }
  expect(performance.now() - started).toBeLessThan(1500);
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
