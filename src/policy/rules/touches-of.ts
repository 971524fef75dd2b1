import type { CommandGuard } from '../command/command-guard.js';
import type { Decision } from '../decision.js';
import type { GuardContext } from '../guard.js';
import type { PathChecker } from '../path/path-check.js';
import type { Subject } from '../subject.js';
import { touchedHost, touchedPath, type TouchedCommand, type TouchedHost, type TouchedPath } from '../touches.js';
import { checkUrl, hostName } from '../url/check-url.js';
import { chosenSearch, type SearchSettings } from '../url/search-provider.js';
import { type FoundTouches, unknownTouches } from './found-touches.js';

export interface TouchReaders {
  readonly paths: PathChecker;
  readonly commands: Pick<CommandGuard, 'judge'>;
  readonly search: () => SearchSettings;
}

/** What a call touches, by the same guards that judge it. Never rejects. */
export async function touchesOf(subjects: readonly Subject[], readers: TouchReaders, context: Omit<GuardContext, 'tool'>): Promise<FoundTouches> {
  const commands: TouchedCommand[] = [];
  const paths: TouchedPath[] = [];
  const hosts: TouchedHost[] = [];
  let refused: Decision | undefined;
  try {
    for (const subject of subjects) {
      switch (subject.kind) {
        case 'path': {
          const check = await readers.paths.check(subject.path, subject.operation, { mayConfigure: context.mayConfigure !== false });
          const touched = touchedPath(check, subject.operation);
          if (touched) paths.push(touched);
          else refused ??= check.decision.verdict === 'deny' ? check.decision : unknownTouches.refused;
          break;
        }
        case 'command': {
          const { decision, touched, words } = await readers.commands.judge(subject, context);
          paths.push(...touched);
          if (words) commands.push({ words, atRoot: await isRoot(subject.cwd, readers.paths) });
          if (decision.verdict === 'deny') refused ??= decision;
          break;
        }
        case 'url': {
          const check = checkUrl(subject.url, {});
          if (check.ok) hosts.push(touchedHost(check));
          else refused ??= { verdict: 'deny', risk: 'high', rule: check.rule, reason: check.reason, next: check.next };
          break;
        }
        case 'search': {
          const chosen = chosenSearch(readers.search());
          if (!chosen.ok) break;
          const url = new URL(chosen.base);
          hosts.push(touchedHost({ url, host: { name: hostName(url) } }));
          break;
        }
        case 'code':
          // Nothing that rules know: code in the sandbox reaches no file, program or host.
          break;
      }
    }
  } catch {
    refused = unknownTouches.refused;
  }
  return { touches: { commands, paths, hosts }, ...(refused && { refused }) };
}

async function isRoot(cwd: string | undefined, paths: PathChecker): Promise<boolean> {
  if (cwd === undefined) return true;
  const { names } = await paths.check(cwd, 'list');
  return names?.real.some(({ name }) => name === '.') ?? false;
}
