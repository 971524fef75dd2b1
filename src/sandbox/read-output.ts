import type { Duplex } from 'node:stream';
import { FrameReader } from './frame-reader.js';
import { limits } from './limits.js';
import type { OutputCollector } from './output-collector.js';
import type { ReportReader } from './report-reader.js';

export interface OutputReading {
  /** Resolves when there is too much of it, and rejects when it can't be read. */
  readonly flood: Promise<void>;
  /** Resolves when no more of the report is read, because there is too much of it or it makes no sense; perhaps never. */
  readonly cutOff: Promise<void>;
  /** Resolves when there is no more, or no more is wanted. */
  readonly closed: Promise<void>;
}

/** Reads what a container's program prints, and the report about it, for as long as it is not too much. */
export function readOutput(stream: Duplex, collector: OutputCollector, report: ReportReader): OutputReading {
  let bytes = 0;
  const cutOff = Promise.withResolvers<undefined>();
  const flood = new Promise<void>((resolve, reject) => {
    const reader = new FrameReader((source, payload) => {
      if (source === 'stderr') {
        if (report.push(payload)) return;
        stream.destroy();
        cutOff.resolve(undefined);
        return;
      }
      bytes += payload.length;
      if (bytes <= limits.outputBytes) {
        collector.push(payload);
        return;
      }
      stream.destroy(); // Reads no further: the code blocks on its pipe until it is killed.
      resolve();
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        stream.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  flood.catch(() => undefined); // Heard through the race, unless the run ended before.
  const closed = new Promise<void>((resolve) => {
    // An engine that goes away is noticed by `wait`, which says more than the stream's error.
    for (const event of ['end', 'close', 'error'] as const) stream.once(event, () => { resolve(); });
  });
  return { flood, cutOff: cutOff.promise, closed };
}
