import { createHash } from 'node:crypto';

/** Numbers that depend on the seed alone (sfc32), so that a case can be had again from its seed and index. */
export class Random {
  private readonly state: Uint32Array;

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.state = Uint32Array.from([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  }

  /** At least 0, less than `limit`; 0 for a limit of 0. */
  below(limit: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.state;
    const sum = (a + b + d) >>> 0;
    this.state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, d + 1]);
    return Math.floor((sum / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  /** So many picks, the same one more than once if it comes so. */
  several<T>(most: number, list: readonly T[]): readonly T[] {
    return list.length === 0 ? [] : Array.from({ length: this.below(most + 1) }, () => this.pick(list));
  }
}
