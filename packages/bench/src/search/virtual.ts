/** A clock that stood at `start` (ms since 1970) when the machine's stood at `began`, and has run so many times as fast since. */
export type Clock = { start: number; began: number; speed: number };

export function now({ start, began, speed }: Clock): Date {
  return new Date(start + (Date.now() - began) * speed);
}
