import { visibleLine } from '../../visible.js';

/** What became of one message to the collector. Texts of the collector are data: cut, with hidden characters escaped. */
export type Outcome =
  /** It has them, but for `rejected`, which it will never take. */
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message: string }
  /** Fewer or shorter events may do. */
  | { readonly kind: 'too-large' | 'bad-data'; readonly message: string }
  /** It may do later, without anybody doing anything; `after` milliseconds, where the collector said so. */
  | { readonly kind: 'later'; readonly message: string; readonly after?: number }
  /** A person has to do something: `next` says what. */
  | { readonly kind: 'refused'; readonly message: string; readonly next: string };

export interface Answer {
  readonly status: number;
  /** Media type in lower case, without parameters; empty when there is none. */
  readonly type: string;
  readonly retryAfter: string | null;
  /** `undefined` when it was longer than any that makes sense. */
  readonly body: string | undefined;
}

/** No collector may silence the log for longer than this. */
const longestWait = 60 * 60 * 1000;
const longestMessage = 300;

/**
 * Judges an answer after the OTLP specification ("OTLP/HTTP Response"). One difference: what must not be sent again as it
 * is stays in the log and is tried again, slowly, since a person may mend the collector.
 */
export function outcomeOf(answer: Answer, sent: number, now: number): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return success(answer, sent);
  const said = messageOf(answer);
  const message = `It answered ${status}${said && `: ${said}`}`;
  switch (status) {
    case 413:
      return { kind: 'too-large', message };
    case 400:
    case 422:
      return { kind: 'bad-data', message };
    case 408:
    case 429:
    case 502:
    case 503:
    case 504: {
      const after = waitOf(answer.retryAfter, now);
      return { kind: 'later', message, ...(after !== undefined && { after }) };
    }
    case 401:
    case 403:
      return { kind: 'refused', message, next: 'Set its header with “Axon: Set Audit Collector Header…”.' };
    default:
      if (status >= 300 && status < 400) return { kind: 'refused', message: `It sends on to another address (${status}), which is not followed`, next: 'Enter the address it really has in axon.audit.collector.endpoint.' };
      if (status >= 500) return { kind: 'later', message };
      return { kind: 'refused', message, next: 'Check axon.audit.collector.endpoint, and that the collector takes OTLP over HTTP with JSON.' };
  }
}

/** A page of a hotel's network answers 200 as well: only what a collector would say counts. */
function success({ type, body }: Answer, sent: number): Outcome {
  const none = { kind: 'accepted', rejected: 0, message: '' } as const;
  const other = { kind: 'refused', message: 'Something answered that is no OpenTelemetry collector', next: 'Check axon.audit.collector.endpoint, and whether the network wants a login.' } as const;
  if (body === undefined || type.startsWith('text/')) return other;
  // An empty message of protobuf has no bytes, and some servers answer without a body.
  if (body === '') return none;
  const value = parsed(body);
  if (value === undefined) return other;
  const partial = objectIn(value, 'partialSuccess');
  if (!partial) return none;
  const { rejectedLogRecords, errorMessage } = partial;
  const count = typeof rejectedLogRecords === 'string' ? Number(rejectedLogRecords) : rejectedLogRecords;
  const rejected = typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? Math.min(count, sent) : 0;
  return { kind: 'accepted', rejected, message: typeof errorMessage === 'string' ? shortened(errorMessage) : '' };
}

/** The `message` of a `google.rpc.Status`. */
function messageOf({ body }: Answer): string {
  const message = body === undefined ? undefined : parsed(body)?.['message'];
  return typeof message === 'string' ? shortened(message) : '';
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function objectIn(value: Record<string, unknown>, name: string): Record<string, unknown> | undefined {
  const inner = value[name];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
}

const shortened = (text: string): string => {
  const line = text.slice(0, 2 * longestMessage).replaceAll(/\s+/g, ' ').trim();
  return visibleLine(line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line);
};

/** RFC 9110, section 10.2.3: seconds or a date. */
function waitOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,10}$/.test(header.trim());
  // A lenient parser takes "-5" for a date.
  if (!seconds && !/^[A-Za-z]{3,9},? /.test(header)) return undefined;
  const wait = seconds ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestWait) : undefined;
}
