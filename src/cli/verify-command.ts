import { verifyCopy, type LogCopy } from '../audit/export/log-copy.js';
import { reportInWords, type VerifyReport } from '../audit/verify/report.js';
import { printLine, ProgressLine, type Terminal } from './terminal.js';

/** Prints the report; gives the exit code. */
export async function runVerify(copy: LogCopy, { json }: { readonly json: boolean }, { out, err }: Terminal, signal: AbortSignal): Promise<0 | 1> {
  const progress = new ProgressLine(err);
  let report: VerifyReport;
  try {
    report = await verifyCopy(copy, {
      signal,
      onProgress: ({ events, bytes, totalBytes }) => progress.show(`checked ${events} events, ${percent(bytes, totalBytes)}`),
    });
  } finally {
    progress.end();
  }
  if (json) out.write(`${JSON.stringify({ ...report, ...(copy.sha256 !== undefined && { sha256: copy.sha256 }) }, null, 2)}\n`);
  else for (const line of [...reportInWords(report), ...(copy.sha256 === undefined ? [] : [`SHA-256 of the bundle: ${copy.sha256}`])]) printLine(out, line);
  return report.ok ? 0 : 1;
}

const percent = (part: number, whole: number): string => `${whole === 0 ? 100 : Math.min(100, Math.floor((100 * part) / whole))} %`;
