import type { Sandbox } from '../ports/sandbox.js';
import { wallChecks, type WallCheck } from './wall-checks.js';

export interface WallResult {
  readonly title: string;
  /** What stopped it; absent: it got through. */
  readonly heldBy?: string;
  /** The end of what it printed, where it got through. */
  readonly output?: string;
  readonly milliseconds: number;
}

const shownCharacters = 500;

/**
 * Tries to get over each wall of the sandbox, with programs that do no harm where they get through. `onResult` hears each as
 * it ends. Rejects as `Sandbox.run` does.
 */
export async function testWalls(sandbox: Pick<Sandbox, 'run'>, signal: AbortSignal, onResult: (result: WallResult) => void, checks: readonly WallCheck[] = wallChecks): Promise<readonly WallResult[]> {
  const results: WallResult[] = [];
  // One after the other: a program that fills the machine would change what the next one sees.
  for (const { title, code, timeoutSeconds, heldBy } of checks) {
    const result = await sandbox.run({ language: 'python', code, timeoutSeconds }, { signal });
    const held = heldBy(result);
    const told = { title, milliseconds: result.milliseconds, ...(held === undefined ? { output: `${result.ended}: ${result.output.slice(-shownCharacters)}` } : { heldBy: held }) };
    results.push(told);
    onResult(told);
  }
  return results;
}

/** One line for a person. What the code printed is for `visible` to make safe. */
export function wallLine({ title, heldBy, output, milliseconds }: WallResult): string {
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  return heldBy === undefined ? `THROUGH  ${title} (${time}): ${output ?? ''}` : `held     ${title} (${time}): ${heldBy}`;
}
