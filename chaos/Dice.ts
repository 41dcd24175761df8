import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const WARM_UP = 32;

/** Everything random in a run: the same seed throws the same, on any machine. */
export class Dice {
  readonly #random: RandomGenerator;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
    // the first numbers of neighboring seeds resemble each other
    for (let skipped = 0; skipped < WARM_UP; skipped++) this.#random.next();
  }

  /** Both ends are possible. */
  integer(from: number, to: number): number {
    return uniformInt(this.#random, from, to);
  }

  /** From `from` to below `to`, as likely between 1 and 10 as between 10 and 100. */
  logUniform(from: number, to: number): number {
    return from * (to / from) ** uniformFloat64(this.#random);
  }

  /** Up to two decimals, so that a plan reads well. */
  share(from: number, to: number): number {
    return this.integer(Math.round(from * 100), Math.round(to * 100)) / 100;
  }

  chance(probability: number): boolean {
    return uniformFloat64(this.#random) < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}
