/**
 * A clock that showed `start` (ms since 1970) when the machine's clock showed `began`, and has run `speed` times as
 * fast since.
 */
export type Clock = { start: number; began: number; speed: number };

export function now({ start, began, speed }: Clock): Date {
  return new Date(start + (Date.now() - began) * speed);
}
