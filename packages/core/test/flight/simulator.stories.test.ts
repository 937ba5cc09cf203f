import { expect, test } from "vitest";
import { chain } from "../../src/flight/chain.ts";
import { confirm } from "../../src/flight/confirm.ts";
import { toOfferId } from "../../src/flight/offerid.ts";
import { simulator } from "../../src/flight/simulator.ts";
import type { Criteria } from "../../src/flight.ts";

const hour = 3_600_000;
/** A moment at which a cycle of 72 hours begins, which is a midnight. */
const start = Math.ceil(Date.UTC(2026, 10, 20) / (72 * hour)) * 72 * hour;

const trip = (destination: string, over: Partial<Criteria> = {}): Criteria => ({
  ...{ origin: "LUX", destination, departureDate: "2027-02-10", returnDate: null, adults: 1, childAges: [] },
  ...{ infants: 0, cabin: "economy", maxStops: null, currency: "EUR", ...over },
});

const cheapest = async (destination: string, hours: number, over: Partial<Criteria> = {}) =>
  (await simulator.search(trip(destination, over), new Date(start + hours * hour))).offers[0]!.total;

test("a sale takes a quarter off after 36 hours and more after 54, again and again", async () => {
  for (const departureDate of ["2027-01-05", "2027-02-10", "2027-06-01"]) {
    for (const cycle of [0, 72, 720]) {
      const over = { departureDate };
      const usual = await cheapest("LIS", cycle + 35, over);
      const first = await cheapest("LIS", cycle + 37, over);
      const second = await cheapest("LIS", cycle + 55, over);
      expect(first).toBeLessThan(0.85 * usual);
      expect(second).toBeLessThan(0.85 * first);
      expect(await cheapest("LIS", cycle + 73, over)).toBeGreaterThan(1.3 * second);
    }
  }
});

test("a mistake fare is sold for half a day of three, and confirmed", async () => {
  const usual = await cheapest("IST", 13);
  const at = new Date(start + 3 * hour);
  const { offers } = await simulator.search(trip("IST"), at);
  expect(offers[0]!.total).toBeLessThan(0.2 * usual);
  expect(await simulator.confirm(trip("IST"), offers[0]!, at)).toEqual({ status: "ok", offer: offers[0] });
  expect(await cheapest("IST", 72 + 3)).toBeLessThan(0.2 * usual);
});

test("a ghost leads each search and is gone when it is confirmed; the next offer is confirmed", async () => {
  for (const hours of [0, 5, 100]) {
    const at = new Date(start + hours * hour);
    const { offers } = await simulator.search(trip("NCE"), at);
    const [ghost, real] = offers;
    expect(ghost!.total).toBeLessThan(0.7 * real!.total);
    expect(await simulator.confirm(trip("NCE"), ghost!, at)).toEqual({ status: "gone" });
    expect(await simulator.confirm(trip("NCE"), real!, at)).toEqual({ status: "ok", offer: real });
    expect(await confirm(simulator, toOfferId(trip("NCE"), ghost!), at)).toMatchObject({ change: "gone" });
  }
});

test("a flight is sold out from noon to midnight (UTC), and its offers are gone", async () => {
  const noon = new Date(start + 13 * hour);
  const asked = trip("VIE", { maxStops: 0 });
  const { offers } = await simulator.search(asked, new Date(start + 11 * hour));
  const after = await simulator.search(asked, noon);
  const left = new Set(after.offers.map(({ slices }) => slices[0]?.departingAt));
  const sold = offers.filter(({ slices }) => !left.has(slices[0]?.departingAt));
  expect(new Set(sold.map(({ slices }) => slices[0]?.departingAt)).size).toBe(1);
  expect(left.size).toBeGreaterThan(0);
  for (const offer of sold) expect(await simulator.confirm(asked, offer, noon)).toEqual({ status: "gone" });
});

test("a provider that is down or too busy fails these journeys alone: its gate stays open for all others", async () => {
  const at = new Date(start);
  const provider = chain([simulator], { clock: () => at });
  const call = { purpose: "person", withinMs: 20_000 } as const;
  for (let times = 0; times < 12; times++) {
    expect(await provider.search(trip("CPH"), at, call)).toMatchObject({ status: "provider_error", offers: [] });
    expect(await provider.search(trip("MXP"), at, call)).toMatchObject({ status: "rate_limited", offers: [] });
  }
  expect(await provider.search(trip("LIS"), at, call)).toMatchObject({ status: "ok" });
  const { offers } = await simulator.search({ ...trip("CPH"), origin: "HAM" }, at);
  expect(await provider.confirm(trip("CPH"), offers[0]!, at, call)).toMatchObject({ status: "provider_error" });
  expect(await provider.search(trip("LIS"), at, call)).toMatchObject({ status: "ok" });
});

test("a slow provider answers after some seconds, or ends when its caller does", async () => {
  const from = performance.now();
  expect((await simulator.search(trip("PRG"), new Date(start))).status).toBe("ok");
  expect(performance.now() - from).toBeGreaterThan(5_000);
  const signal = AbortSignal.timeout(50);
  await expect(simulator.search(trip("PRG"), new Date(start), { signal })).rejects.toThrow();
});

test("the stories happen for each departure day of the next 300, also with a return", async () => {
  const without: string[] = [];
  for (let days = 5; days <= 305; days++) {
    const [departureDate, after] = [days, days + 4].map((more) => new Date(start + more * 24 * hour));
    const dates = { departureDate: departureDate!.toISOString().slice(0, 10) };
    for (const over of [dates, { ...dates, returnDate: after!.toISOString().slice(0, 10) }]) {
      const oneWay = !("returnDate" in over);
      const [usual, first, second] = [
        await cheapest("LIS", 35, over),
        await cheapest("LIS", 37, over),
        await cheapest("LIS", 55, over),
      ];
      if (first >= usual || second >= first || (oneWay && (first > 0.85 * usual || second > 0.85 * first)))
        without.push(`sale ${Object.values(over)}`);
      const [mistake, no] = [await cheapest("IST", 3, over), await cheapest("IST", 13, over)];
      if (mistake >= (oneWay ? 0.2 : 0.75) * no) without.push(`mistake ${Object.values(over)}`);
      const { offers } = await simulator.search(trip("NCE", over), new Date(start));
      if (!(offers[0]!.total < 0.7 * offers[1]!.total)) without.push(`ghost ${Object.values(over)}`);
      const flights = async (hours: number) => {
        const answer = await simulator.search(trip("VIE", { ...over, maxStops: 0 }), new Date(start + hours * hour));
        return new Set(answer.offers.map(({ slices }) => slices[0]?.departingAt)).size;
      };
      const [before, left] = [await flights(11), await flights(13)];
      if (left === 0 || before - left !== 1) without.push(`soldOut ${Object.values(over)}`);
    }
  }
  expect(without).toEqual([]);
});

test("the way back is as usual", async () => {
  const back = { ...trip("LUX"), origin: "CPH" };
  expect((await simulator.search(back, new Date(start))).status).toBe("ok");
});
