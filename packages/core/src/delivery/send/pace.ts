/**
 * Hands out the slots of a second, so that all processes together send no more letters a second than SES takes. `take`
 * asks for `count` slots of a second, and returns how many of them it got; null where that is not known.
 */
export type Pace = {
  now: () => number;
  wait: (ms: number) => Promise<unknown>;
  rate: () => Promise<number | null>;
  take: (second: number, count: number, rate: number) => Promise<number | null>;
};

/** The part of a second's slots that a process takes at once. */
const part = 4;
/** The part of the rate that is used: letters that are under way longer meet those of the next second. */
const used = 0.9;

/** Returns a function that resolves when a letter may be sent. Without a rate, or without an answer to `take`, at once. */
export function createPace({ now, wait, rate, take }: Pace): () => Promise<void> {
  let slots = { second: -1, left: 0 };
  let turn: Promise<void> = Promise.resolve();

  async function next(): Promise<void> {
    for (;;) {
      const second = Math.floor(now() / 1000);
      if (slots.second === second && slots.left > 0) {
        slots.left--;
        return;
      }
      const most = await rate();
      if (most === null) return;
      // Under one a second: one in each span of that many seconds.
      const span = Math.max(1, Math.ceil(1 / most));
      const window = Math.floor(second / span) * span;
      const whole = Math.max(1, Math.floor(most * span * used));
      const got = await take(window, Math.max(1, Math.ceil(whole / part)), whole);
      if (got === null) return;
      slots = { second, left: got };
      if (got === 0) await wait(Math.max(1, (window + span) * 1000 - now()));
    }
  }

  return () => {
    const mine = turn.then(next);
    turn = mine.catch(() => undefined);
    return mine;
  };
}
