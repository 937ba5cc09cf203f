import fc from "fast-check";
import type { Confirmation } from "../../src/flight.ts";
import { type MarketAnswer, offer } from "./stubprovider.ts";

/** Lives of watches, for tests that hold the replayed past against what the sweeps did. */

const fares = 2;
/** The subjects: one day or the other, or both as a basket. */
export const whats = [
  { departureDate: "2026-09-01" },
  { departureDate: "2026-09-02" },
  { departureFrom: "2026-09-01", departureTo: "2026-09-02" },
];

export type Edit = Partial<{
  target: number | null;
  drop: number | null;
  newLow: boolean;
  routeLow: boolean;
  isActive: boolean;
  what: number;
}>;
type Priced = { said: MarketAnswer; confirmed: number | Confirmation };
/** What a person does, or a sweep. `gap` is in hours since the step before; `watch` counts from 0. */
export type Move =
  | { do: "create"; what: number; rules: Edit }
  | { do: "edit"; watch: number; edit: Edit }
  | { do: "snooze"; watch: number; days: number }
  | { do: "check"; watch: number; gap: number; prices: Priced[] }
  | { do: "sweep"; gap: number; prices: Priced[] };

const total = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(180_00, 189_00, 190_00, 195_00, 200_00, 206_00, 220_00) },
  { weight: 1, arbitrary: fc.constantFrom(70_00, 100_00, 150_00, 170_00) },
  { weight: 1, arbitrary: fc.integer({ min: 50_00, max: 400_00 }) },
);
const said: fc.Arbitrary<MarketAnswer> = fc.oneof(
  { weight: 14, arbitrary: total },
  {
    weight: 1,
    arbitrary: fc.constantFrom<MarketAnswer[]>(
      null,
      new Error("reset"),
      { status: "partial", offers: [offer(1)] },
      { status: "rate_limited", offers: [] },
    ),
  },
);
const confirmed = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: total },
  { weight: 1, arbitrary: fc.constantFrom<Confirmation[]>({ status: "gone" }, { status: "provider_error" }) },
);
const rules = {
  target: fc.option(fc.constantFrom(100_00, 189_00, 190_00), { nil: null, freq: 2 }),
  drop: fc.option(fc.constantFrom(500, 1000), { nil: null }),
  newLow: fc.boolean(),
  routeLow: fc.boolean(),
};
const prices = fc.array(fc.record({ said, confirmed }), { minLength: fares, maxLength: fares });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("create" as const), what: fc.nat(2), rules: fc.record(rules) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      watch: fc.nat(5),
      edit: fc.record({ ...rules, isActive: fc.boolean() }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      watch: fc.nat(5),
      edit: fc.record({ what: fc.nat(2), target: rules.target }, { requiredKeys: ["what"] }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("snooze" as const),
      watch: fc.nat(5),
      days: fc.constantFrom(1, 7),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("check" as const),
      watch: fc.nat(5),
      gap: fc.constantFrom(1, 3),
      prices,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant("sweep" as const), gap: fc.constantFrom(1, 2, 12, 24, 24, 24, 24), prices }),
  },
);

type Create = Extract<Move, { do: "create" }>;
const create: fc.Arbitrary<Create> = fc.record({ do: fc.constant("create"), what: fc.nat(2), rules: fc.record(rules) });
const moves = fc.array(move, { minLength: 60, maxLength: 90, size: "max" });
/** Two watches and what happens to them and others. */
export const lives = fc.tuple(create, create, moves).map(([one, other, moves]): Move[] => [one, other, ...moves]);

const everyFare = (said: MarketAnswer) => Array.from({ length: fares }, () => ({ said, confirmed: 0 }));
const sweep = (gap: number, said: MarketAnswer): Move => ({ do: "sweep", gap, prices: everyFare(said) });
/** One watch's life in which a sweep is silent for every reason there is. */
export const silences: Move[] = [
  { do: "create", what: 0, rules: { target: 190_00, drop: null, newLow: false, routeLow: false } },
  sweep(24, 200_00),
  sweep(24, null),
  sweep(24, 180_00),
  sweep(1, 180_00),
  sweep(24, 180_00),
  { do: "snooze", watch: 0, days: 7 },
  sweep(24, 170_00),
  { do: "edit", watch: 0, edit: { isActive: false } },
  sweep(24, 170_00),
  { do: "edit", watch: 0, edit: { isActive: true } },
  sweep(24, 200_00),
];
