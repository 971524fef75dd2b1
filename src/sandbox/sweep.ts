import { ownerLabel } from './container-spec.js';
import type { Engine } from './engine.js';
import { limits } from './limits.js';
import { isGone, parseOwner, type Owner } from './owner.js';

/** No run lives this long, so what is older was left behind, whoever made it. Generous, for clocks that differ. */
const oldAge = limits.seconds * 1000 + 15 * 60_000;

/** Removes what a window that crashed left running, and nothing that another living window uses. Resolves with the number removed. */
export async function sweepLeftovers(engine: Pick<Engine, 'labelled' | 'remove'>, me: Owner, now: number): Promise<number> {
  let removed = 0;
  for (const { name, label, createdAt } of await engine.labelled(ownerLabel)) {
    const owner = parseOwner(label);
    if (now - createdAt > oldAge || (owner !== undefined && (await isGone(owner, me)))) {
      await engine.remove(name);
      removed++;
    }
  }
  return removed;
}
