import fc from "fast-check";
import type { Confirmation } from "../../../src/flight.ts";
import { type MarketAnswer, offer } from "../stubprovider.ts";

/**
 * The steps of users and ticks in a random history. Watches, fares and baskets are named by their position in a list.
 */

export type Edit = { target?: number | null; drop?: number | null; newLow?: boolean };
export type Fault = { request: number; lost: "request" | "answer" };
/**
 * A fare's price, the surcharge with a bag (null where none is sold), and the result of confirming an offer (0:
 * unchanged).
 */
export type Priced = { said: MarketAnswer; bag: number | null; confirmed: number | Confirmation };
export type Step =
  | { do: "create"; subject: number; target: number | null; drop: number | null; newLow: boolean }
  | { do: "update"; watch: number; edit: Edit }
  | { do: "pause" | "resume" | "wake" | "remove"; watch: number }
  | { do: "snooze"; watch: number; days: number }
  | { do: "check"; watch: number; prices: Priced[] }
  | { do: "sweep"; gap: number; prices: Priced[]; fault: Fault | null; workers: number; late: number };

/** A fare is one question: a day in August, in a currency. */
export const questions = [
  { day: "2026-08-01", currency: "GBP" },
  { day: "2026-08-02", currency: "GBP" },
  { day: "2026-08-03", currency: "GBP" },
  { day: "2026-08-01", currency: "JPY" },
] as const;

/** The subjects: a fare, or a window of consecutive days with or without a bag. */
export const subjects: { of: number[]; bag: boolean }[] = [
  ...questions.map((_, index) => ({ of: [index], bag: false })),
  { of: [0, 1], bag: false },
  { of: [0, 1, 2], bag: false },
  { of: [0], bag: true },
  { of: [1, 2], bag: true },
];

const total = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(180_00, 189_00, 190_00, 195_00, 200_00, 206_00, 220_00) },
  { weight: 1, arbitrary: fc.constantFrom(70_00, 100_00, 150_00, 170_00) },
  { weight: 1, arbitrary: fc.integer({ min: 50_00, max: 400_00 }) },
);
const target = fc.option(fc.constantFrom(100_00, 189_00, 190_00), { nil: null, freq: 2 });
const drop = fc.option(fc.constantFrom(500, 1000), { nil: null });
const odd = fc.constantFrom<MarketAnswer[]>(
  null,
  new Error("reset"),
  { status: "partial", offers: [offer(1)] },
  { status: "rate_limited", offers: [] },
);
const priced: fc.Arbitrary<Priced> = fc.record({
  said: fc.oneof({ weight: 12, arbitrary: total }, { weight: 1, arbitrary: odd }),
  bag: fc.option(fc.constantFrom(1, 5_00, 10_00), { nil: null, freq: 4 }),
  confirmed: fc.oneof(
    fc.constant(0),
    total,
    fc.constantFrom<Confirmation[]>({ status: "gone" }, { status: "provider_error" }),
  ),
});
const prices = fc.array(priced, { minLength: questions.length, maxLength: questions.length });
const fault = fc.option(
  fc.record({ request: fc.nat(6), lost: fc.constantFrom("request" as const, "answer" as const) }),
  { nil: null, freq: 2 },
);
const watch = fc.nat(9);
const one = <D extends Step["do"]>(does: D) => fc.constant(does);

const create = fc.record({
  do: one("create"),
  subject: fc.nat(subjects.length - 1),
  target,
  drop,
  newLow: fc.boolean(),
});
const sweep = fc.record({
  do: one("sweep"),
  gap: fc.constantFrom(1, 2, 12, 24, 24, 24, 24),
  prices,
  fault,
  workers: fc.integer({ min: 1, max: 3 }),
  late: fc.constantFrom(0, 0, 1, 30, 26 * 60),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: create },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one("update"),
      watch,
      edit: fc.record({ target, drop, newLow: fc.boolean() }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const, "wake" as const), watch }),
  },
  { weight: 1, arbitrary: fc.record({ do: one("snooze"), watch, days: fc.constantFrom(1, 3) }) },
  { weight: 1, arbitrary: fc.record({ do: one("remove"), watch: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: one("check"), watch, prices }) },
  { weight: 24, arbitrary: sweep },
);

/** Two of them exist from the beginning. */
export const histories: fc.Arbitrary<Step[]> = fc
  .tuple(create, create, fc.array(step, { minLength: 25, maxLength: 45, size: "max" }))
  .map(([first, second, more]) => [first, second, ...more]);
