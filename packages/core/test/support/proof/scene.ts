import { isUnreachable } from "../../../src/base/db.ts";
import { stableId } from "../../../src/base/id.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../factory.ts";
import { type MarketAnswer, stubProvider } from "../stubprovider.ts";
import { afterNoon, everySweep, hour } from "../sweep.ts";
import { expireLeases } from "./snapshot.ts";

/** An action of a user or a tick; safe to repeat after a lost answer. */
export type Act = () => Promise<unknown>;

const days = { A: "2026-08-01", B: "2026-08-02", C: "2026-08-03" } as const;
type Fare = keyof typeof days;

/** The price of each fare in successive sweeps, and the result of confirming it. */
const said: Record<Fare, MarketAnswer[]> = {
  A: [220_00, 210_00, 215_00, 190_00, 150_00, 230_00, 232_00, 189_00],
  B: [160_00, null, 149_00, 149_00, new Error("reset"), 155_00, 156_00, 120_00],
  C: [30_000, 30_000, 28_000, { status: "rate_limited", offers: [] }, 19_000, 18_500, 10_000, 21_000],
};
const taken: Record<string, number> = { "B 2": 151_00, "C 4": 20_500 };
const hours = [0, 24, 48, 72, 78, 96, 120, 144];

/** One tick. */
function sweep(n: number): Act {
  const fare = (name: string) => (Object.keys(days) as Fare[]).find((fare) => name.endsWith(days[fare]))!;
  const provider = stubProvider(
    (name) => said[fare(name)][n]!,
    (name, total) => taken[`${fare(name)} ${n}`] ?? total,
  );
  return () => Sweep.run(afterNoon(hours[n]! * hour), { provider, cadence: everySweep, batch: 2 });
}

/** Two users, three fares and a window of two, two currencies: eight sweeps, with the users' actions between them. */
export function scene(one: string, other: string): Act[] {
  const at = (n: number) => afterNoon((hours[n]! + 1) * hour);
  const idOf = (name: string) => stableId("wch", a.noon, name);
  const make =
    (name: string, userId: string, fare: Fare, wanted: object, n = -1): Act =>
    () => {
      const made = n < 0 ? a.noon : at(n);
      const currency = fare === "C" ? "JPY" : "GBP";
      const day = "departureFrom" in wanted ? {} : { departureDate: days[fare] };
      return Watch.create(userId, { origin: "STN", destination: "BGY", currency, ...day, ...wanted }, made, idOf(name));
    };
  // After a lost answer the user reads before repeating the request.
  const edit =
    (name: string, userId: string, n: number, change: Watch.Update, done: (now: Watch.Info) => boolean): Act =>
    async () => {
      if (!done(await Watch.get(userId, idOf(name), at(n)))) await Watch.update(userId, idOf(name), change, at(n));
    };
  const remove =
    (name: string, userId: string): Act =>
    () =>
      Watch.remove(userId, idOf(name)).catch(except("watch.missing"));
  const check =
    (name: string, userId: string, n: number, price: number): Act =>
    () =>
      Sweep.check(userId, idOf(name), at(n), { provider: stubProvider(() => price), cadence: everySweep }).catch(
        except("watch.checked"),
      );
  return [
    make("target", one, "A", { rules: { target: "200.00" } }),
    make("low", one, "A", { rules: { drop: "0.05", newLow: true } }),
    make("pair", one, "B", { rules: { target: "150.00", drop: null } }),
    make("window", other, "A", { departureFrom: days.A, departureTo: days.B, rules: { target: "155.00" } }),
    sweep(0),
    make("yen", other, "C", { rules: { target: "21000" } }, 0),
    sweep(1),
    make("late", other, "A", { rules: { target: "195.00", drop: null } }, 1),
    sweep(2),
    edit("pair", one, 2, { rules: { target: "149.00" } }, ({ rules }) => rules.target?.amount === "149.00"),
    sweep(3),
    edit("late", other, 3, { isActive: false }, ({ state }) => state === "paused"),
    sweep(4),
    check("yen", other, 4, 17_000),
    edit("late", other, 4, { isActive: true }, ({ state }) => state === "active"),
    sweep(5),
    remove("low", one),
    sweep(6),
    sweep(7),
  ];
}

/** Performs one act after another; an act that failed is repeated once its leases have ended. */
export async function performActs(acts: Act[]): Promise<void> {
  for (const act of acts) {
    await act().catch(async (error: unknown) => {
      if (!isUnreachable(error)) throw error;
      await expireLeases();
      await act();
    });
  }
}

function except(code: string) {
  return (error: Error & { code?: string }) => {
    if (error.code !== code) throw error;
  };
}
