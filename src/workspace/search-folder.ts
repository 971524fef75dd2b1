import * as z from 'zod/mini';
import { AxonError } from '../errors.js';
import { sensitiveFiles } from '../policy/path/sensitive-files.js';
import type { SearchQuery, SearchResult } from '../ports/files.js';
import { runRipgrep } from './ripgrep.js';

type Match = SearchResult['matches'][number];

export interface SearchPlace {
  /** The folder that ripgrep starts in. */
  readonly cwd: string;
  /** A file in it; undefined searches the folder. */
  readonly file: string | undefined;
}

export interface SearchOptions {
  readonly program: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly limit: number;
  readonly timeoutMilliseconds?: number;
  /**
   * Files, by their name below the folder, that rules keep out. What is found in them is dropped before it is counted, so
   * that neither a number nor a limit tells what they hold.
   */
  readonly hides?: ((name: string) => boolean) | undefined;
}

const secretGlobs = [...new Set(sensitiveFiles.flatMap((each) => each.patterns))];

/** Ignore files hold without a repository too, hidden files are searched, links aren't followed, and no configuration of ripgrep counts. */
const common = ['--no-config', '--no-follow', '--hidden', '--no-require-git', '--no-messages', '--max-filesize=10M', '--iglob=!.git'];

/** Matching lines below a folder, as ripgrep finds them. Paths are relative to it; sensitive files are never opened. */
export async function searchFolder(place: SearchPlace, query: SearchQuery, options: SearchOptions): Promise<SearchResult> {
  const { program, signal, limit, hides, timeoutMilliseconds = 20_000 } = options;
  const matches: Match[] = [];
  let limited = false;
  let filesSearched = 0;
  let files = 0;
  const searched = [...(query.glob === undefined ? [] : [`--glob=${query.glob}`]), ...secretGlobs.map((pattern) => `--iglob=!**/${pattern}`)];
  const args = [
    ...common,
    '--json',
    ...searched,
    query.regex === true ? '--engine=default' : '--fixed-strings',
    query.caseSensitive === true ? '--case-sensitive' : '--ignore-case',
    `--max-count=${limit + 1}`,
    `--regexp=${query.pattern}`,
    '--',
    place.file === undefined ? './' : `./${place.file}`,
  ];
  const onLine = (line: string): 'go-on' | 'stop' => {
    const event = parseEvent(line);
    if (event?.type === 'begin' && !(event.data.path.text !== undefined && hides?.(plainPath(event.data.path.text)))) files++;
    if (event?.type === 'summary') filesSearched = event.data.stats.searches;
    if (event?.type !== 'match' || event.data.path.text === undefined || event.data.lines.text === undefined) return 'go-on';
    const path = plainPath(event.data.path.text);
    if (hides?.(path)) return 'go-on';
    if (matches.length >= limit) {
      limited = true;
      return 'stop';
    }
    matches.push({ path, line: event.data.line_number ?? 0, text: event.data.lines.text.replace(/\r?\n$/, '') });
    return 'go-on';
  };
  const { exitCode, errors, stopped } = await runRipgrep({ program, args, cwd: place.cwd, signal, timeoutMilliseconds, onLine });
  if (exitCode === 2 && matches.length === 0 && errors.trim() !== '') throw badPattern(errors);
  if (place.file !== undefined) return { matches, limited, filesSearched: stopped ? files : filesSearched, sensitiveLeftOut: 0 };
  const sensitiveLeftOut = await countFiles(place.cwd, secretGlobs.map((pattern) => `--iglob=**/${pattern}`), options);
  const ruledOut = hides ? await countFiles(place.cwd, searched, options, hides) : 0;
  return { matches, limited, filesSearched: stopped ? files : filesSearched - ruledOut, sensitiveLeftOut, ...(ruledOut > 0 && { ruledOut }) };
}

/** Asks by name alone; no file is opened. An ignored one counts too where a glob names it: it was not searched either. */
async function countFiles(cwd: string, globs: readonly string[], { program, signal, timeoutMilliseconds = 20_000 }: SearchOptions, isCounted: (name: string) => boolean = () => true): Promise<number> {
  let count = 0;
  const onLine = (line: string): 'go-on' | 'stop' => {
    if (isCounted(plainPath(line))) count++;
    return count < 10_000 ? 'go-on' : 'stop';
  };
  await runRipgrep({ program, args: [...common, '--files', ...globs, '--', './'], cwd, signal, timeoutMilliseconds, onLine });
  return count;
}

/** As ripgrep names a file: without the `./` it was given, forward slashes. */
function plainPath(text: string): string {
  return text.replaceAll('\\', '/').replace(/^\.\//, '');
}

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('match'),
    data: z.object({ path: z.object({ text: z.optional(z.string()) }), lines: z.object({ text: z.optional(z.string()) }), line_number: z.nullish(z.number()) }),
  }),
  z.object({ type: z.literal('begin'), data: z.object({ path: z.object({ text: z.optional(z.string()) }) }) }),
  z.object({ type: z.literal('summary'), data: z.object({ stats: z.object({ searches: z.number() }) }) }),
]);

function parseEvent(line: string): z.infer<typeof eventSchema> | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function badPattern(errors: string): AxonError {
  const lines = errors.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const told = lines.find((line) => line.startsWith('error:')) ?? lines[0] ?? '';
  return new AxonError('invalid-arguments', `ripgrep can’t use this search: ${told.slice(0, 300)}`, 'Correct the pattern or the glob; without regex the pattern is plain text.');
}
