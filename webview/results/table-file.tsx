import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { exactLine } from '../../src/protocol/exact-text.js';
import { prose } from '../../src/protocol/prose.js';
import type { ResultFileView } from '../../src/protocol/transcript.js';
import { count } from '../format.js';
import { readCsv } from './csv.js';
import type { Table } from './csv.js';
import { FileHead } from './file-head.js';
import { TextFile } from './text-file.js';

const mostRows = 20;
const mostColumns = 12;
const mostCharacters = 200;
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?%?$/i;

/** A table that a program wrote, its beginning; what turns out to be none is shown as the text it is. */
export function TableFile({ id, file }: { readonly id: string; readonly file: ResultFileView }): VNode {
  const table = useMemo(() => readCsv(file.preview ?? '', file.cut === true), [file.preview, file.cut]);
  if (!table) return <TextFile id={id} file={file} />;
  const { head, rows } = table;
  const more = moreOf(table, file.cut === true);
  const name = exactLine(file.name);
  const isNumber = head.slice(0, mostColumns).map((_, column) => rows.every((row) => row[column] === '' || number.test(row[column] ?? '')));
  return (
    <div class="result">
      <FileHead id={id} file={file} />
      <div class="table result-table" tabIndex={0} role="group" aria-label={`Table ${name}`}>
        <table>
          <thead><tr>{head.slice(0, mostColumns).map((text, column) => <th scope="col" class={isNumber[column] === true ? 'number' : ''}>{cell(text)}</th>)}</tr></thead>
          <tbody>
            {rows.slice(0, mostRows).map((row) => (
              <tr>{row.slice(0, mostColumns).map((text, column) => <td class={isNumber[column] === true ? 'number' : ''}>{cell(text)}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {more !== '' && <p class="result-more">{more}</p>}
    </div>
  );
}

const cell = (text: string): string => prose(text.length > mostCharacters ? `${text.slice(0, mostCharacters).replace(/[\ud800-\udbff]$/, '')}…` : text);

function moreOf({ head, rows }: Table, cut: boolean): string {
  const columns = head.length - mostColumns;
  const left = rows.length - mostRows;
  // Of a table that goes on beyond what was sent nobody here knows how long it is.
  const parts = [cut ? 'more rows' : left > 0 ? count(left, 'more row') : '', columns > 0 ? count(columns, 'more column') : ''].filter((part) => part !== '');
  return parts.length === 0 ? '' : `… and ${parts.join(' and ')}`;
}
