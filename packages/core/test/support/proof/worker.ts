import * as Sweep from "../../../src/sweep.ts";
import { stubProvider } from "../stubprovider.ts";

/**
 * A worker that has claimed what is due at `at` and is searching: `waiting` until `tell` gives it the price, after
 * which it ends well (`done`) or with an error's code.
 */
export function startPausedSweep(at: Date, options: Sweep.Options) {
  let tell: (price: number) => void = () => undefined;
  let asked: () => void = () => undefined;
  const price = new Promise<number>((resolve) => {
    tell = resolve;
  });
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const provider = stubProvider(() => {
    asked();
    return price;
  });
  const done = Sweep.run(at, { provider, ...options }).then(
    () => "done",
    (error: { code?: string }) => error.code,
  );
  return {
    waiting,
    tell: (said: number) => {
      tell(said);
      return done;
    },
  };
}
