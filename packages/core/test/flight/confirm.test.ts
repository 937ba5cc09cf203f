import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { confirm } from "../../src/flight/confirm.ts";
import { identify, recognise } from "../../src/flight/offerid.ts";
import { simulator } from "../../src/flight/simulator.ts";
import * as Flight from "../../src/flight.ts";
import { criteriaFor, day, fake, firstOffer, provider, search } from "../support/duffel.ts";

const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

describe("an id", () => {
  const missing = { kind: "missing", code: "offer.missing" };
  const some = async () => {
    const [offer] = (await simulator.search(criteriaFor(), new Date())).offers;
    if (!offer) throw new Error("nothing flies");
    return { id: identify(criteriaFor(), offer), offer };
  };
  const told = (id: string) => JSON.parse(Buffer.from(id.slice(4), "base64url").toString());
  const id = (told: unknown) => `ofr_${Buffer.from(JSON.stringify(told)).toString("base64url")}`;

  test("says what was asked and found, and no other id says the same", async () => {
    for (const over of [{}, { returnDate: day(70), childAges: [9, 4], infants: 1, cabin: "business", maxStops: 1 }]) {
      const criteria = criteriaFor(over);
      for (const offer of (await simulator.search(criteria, new Date())).offers) {
        const { provider, reference, total } = offer;
        expect(recognise(identify(criteria, offer))).toMatchObject({ criteria, named: { provider, reference }, total });
      }
    }
    const { id: good } = await some();
    const spaced = `ofr_${Buffer.from(` ${JSON.stringify(told(good))}`).toString("base64url")}`;
    for (const other of [spaced, `${good}=`, `${good}A`, good.slice(0, -1), ` ${good}`, good.toUpperCase()])
      expect(() => recognise(other)).toThrow(expect.objectContaining(missing));
  });

  test("that could not have been made is nobody's, whatever is in it", async () => {
    const good = told((await some()).id) as unknown[];
    expect(recognise(id(good))).toBeDefined();
    const spoilt: [number, unknown][] = [
      [0, "Duffel"],
      [1, "../../orders"],
      [1, "x".repeat(301)],
      [2, 0],
      [2, 12.5],
      [2, 1e300],
      [2, "2699"],
      [3, "gbp"],
      [3, "XXX"],
      [4, "STN"],
      [4, "STN-FR1-BGY STN-FR1-BGY STN-FR1-BGY"],
      [5, "stn"],
      [6, "STN"],
      [7, "2027-02-30"],
      [8, "2020-01-01"],
      [9, 10],
      [10, [1]],
      [10, [9, 4]],
      [11, 2],
      [12, "hammock"],
      [13, 3],
      [14, "more"],
    ];
    for (const [at, value] of spoilt)
      expect(() => recognise(id([...good.slice(0, at), value, ...good.slice(at + 1)]))).toThrow(
        expect.objectContaining(missing),
      );
    for (const other of ["", "ofr_", "ofr_%00", "usr_x", `ofr_${"A".repeat(1_497)}`, id([]), id({}), id(null), id("x")])
      expect(() => recognise(other)).toThrow(expect.objectContaining(missing));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(id)), (other) => {
        expect(() => recognise(other)).toThrow(expect.objectContaining(missing));
      }),
    );
  });
});

describe("an offer of the simulated market", () => {
  const [asked, now] = [criteriaFor({ returnDate: day(64) }), new Date()];
  const ask = async (at: Date) => {
    const [offer] = (await simulator.search(asked, now)).offers;
    if (!offer) throw new Error("nothing flies");
    return { offer, confirmed: await confirm(simulator, identify(asked, offer), at) };
  };

  test("is the same, then at another price, then gone with its flight", async () => {
    const { offer, confirmed } = await ask(now);
    expect(confirmed).toMatchObject({ change: "same", offer: { slices: offer.slices, simulated: true } });
    expect(v.parse(Flight.Confirmed, confirmed)).toEqual(confirmed);
    const { confirmed: late } = await ask(new Date(now.getTime() + 59 * 86_400_000));
    expect(late).toMatchObject({ change: "changed", offer: { slices: offer.slices } });
    expect(late.previousTotal).toEqual(confirmed.offer?.total);
    expect(late.offer?.total).not.toEqual(late.previousTotal);
    const { confirmed: gone } = await ask(new Date(now.getTime() + 62 * 86_400_000));
    expect(gone).toEqual({ offer: null, change: "gone" });
  });

  test("is another by the id of the new price, which is then the same", async () => {
    const at = new Date(now.getTime() + 59 * 86_400_000);
    const { offer } = (await ask(at)).confirmed;
    expect(await confirm(simulator, offer?.id ?? "", at)).toEqual({ offer, change: "same" });
  });
});

describe("an offer of Duffel's", () => {
  const found = async (over: object = {}) => {
    const [offer] = (await search(over)).offers;
    const sold = fake.offers.get(offer?.reference ?? "");
    if (!offer || !sold) throw new Error("nothing flies");
    fake.seen.length = 0;
    return { offer, sold, id: identify(criteriaFor(over), offer) };
  };
  const ask = (id: string, at = new Date()) => confirm(provider(), id, at);
  const searches = () => fake.seen.filter(({ call }) => call.startsWith("POST"));

  test("is the same after one question", async () => {
    const { id } = await found();
    expect(await ask(id)).toMatchObject({
      change: "same",
      offer: { id, total: { amount: "100.50", currency: "GBP" } },
    });
    expect(fake.seen).toHaveLength(1);
  });

  test("whose price moved since says both", async () => {
    const { id, sold } = await found();
    sold.offer.total_amount = "111.00";
    expect(await ask(id)).toMatchObject({
      change: "changed",
      offer: { total: { amount: "111.00", currency: "GBP" } },
      previousTotal: { amount: "100.50", currency: "GBP" },
    });
  });

  test("that is sold out is gone, though other flights are not", async () => {
    const { id, sold } = await found();
    sold.withdrawn = true;
    expect(await ask(id)).toEqual({ offer: null, change: "gone" });
    expect(searches()).toEqual([]);
  });

  test("that has expired is searched anew and found by its flights", async () => {
    const { id, sold, offer } = await found({ returnDate: day(70), adults: 2 });
    sold.offer.expires_at = later(-1).toISOString();
    const confirmed = await ask(id);
    expect(confirmed).toMatchObject({ change: "same", offer: { slices: offer.slices } });
    expect(confirmed.offer?.id).not.toBe(id);
    expect(searches()).toHaveLength(1);
    fake.alter((one) => ({ ...one, total_amount: "500.00" }));
    expect(await ask(id)).toMatchObject({ change: "changed", previousTotal: { amount: "401.00", currency: "GBP" } });
  });

  test("that has expired and is flown by nobody is gone, never another", async () => {
    const { id, sold } = await found();
    sold.offer.expires_at = later(-1).toISOString();
    fake.alter((one) => {
      const other = structuredClone(one);
      for (const { segments } of other.slices)
        for (const segment of segments) segment.marketing_carrier_flight_number = "9";
      return other;
    });
    expect(await ask(id)).toEqual({ offer: null, change: "gone" });
    fake.next({ status: 422, code: "offer_expired" }, { told: { data: { offers: [] } } });
    expect(await ask(id)).toEqual({ offer: null, change: "gone" });
  });

  test("of which the airline has moved the flight is gone", async () => {
    const { id } = await found();
    await firstOffer(({ slices: [slice] }) => {
      if (slice?.segments[0]) slice.segments[0].marketing_carrier_flight_number = "999";
    });
    expect(await ask(id)).toEqual({ offer: null, change: "gone" });
  });

  test("of several fares for its flights is the one nearest to what was shown", async () => {
    const { id, sold } = await found({ maxStops: 0 });
    sold.offer.expires_at = later(-1).toISOString();
    const totals = ["60.00", "99.00"];
    fake.alter((one, index) => {
      const copy = structuredClone(one);
      const [segment] = copy.slices[0]?.segments ?? [];
      if (segment) segment.marketing_carrier_flight_number = "123";
      return { ...copy, total_amount: totals[index] };
    });
    expect(await ask(id)).toMatchObject({ change: "changed", offer: { total: { amount: "99.00" } } });
  });

  test("that departed is gone, on the day without asking, by the hour on its answer", async () => {
    const { id } = await found();
    expect(await ask(id, new Date(`${day(61)}T12:00:00Z`))).toEqual({ offer: null, change: "gone" });
    expect(fake.seen).toEqual([]);
    await firstOffer((offer) => {
      offer.expires_at = new Date(`${day(62)}T12:00:00Z`).toISOString();
    });
    expect(await ask(id, new Date(`${day(60)}T08:00:00Z`))).toEqual({ offer: null, change: "gone" });
    expect(await ask(id, new Date(`${day(60)}T04:00:00Z`))).toMatchObject({ change: "same" });
  });

  test("of which nobody can say what it costs is a problem, not an offer", async () => {
    const { id, sold } = await found();
    const busy = { kind: "upstream", code: "flight.busy", retryAfter: expect.any(Number) };
    const down = { kind: "upstream", code: "flight.provider" };
    fake.next("cut");
    await expect(ask(id)).rejects.toMatchObject(down);
    fake.next({ status: 429 });
    await expect(ask(id)).rejects.toMatchObject(busy);
    sold.offer.expires_at = later(-1).toISOString();
    fake.next({ wait: 0 }, "half");
    await expect(ask(id)).rejects.toMatchObject(down);
    fake.next({ wait: 0 }, { status: 429 });
    await expect(ask(id)).rejects.toMatchObject(busy);
    fake.alter((one, index) => (index === 2 ? {} : one));
    await expect(ask(id)).rejects.toMatchObject(down);
  });

  test("never comes at a price in another currency", async () => {
    const { id, sold } = await found();
    sold.offer.total_currency = "EUR";
    expect(await ask(id)).toEqual({ offer: null, change: "gone" });
    sold.offer.expires_at = later(-1).toISOString();
    fake.alter((one) => ({ ...one, total_currency: "EUR" }));
    await expect(ask(id)).rejects.toMatchObject({ code: "flight.provider" });
  });
});

test("who cannot confirm is searched, and who takes too long is said to", async () => {
  const { confirm: _, ...teller } = simulator;
  const [offer] = (await simulator.search(criteriaFor(), new Date())).offers;
  const id = offer ? identify(criteriaFor(), offer) : "";
  expect(await confirm(teller, id, new Date())).toMatchObject({ change: "same", offer: { id } });
  const late: Flight.FareProvider = {
    ...teller,
    async search(_criteria, _at, call) {
      Object.defineProperty(call?.signal, "aborted", { value: true });
      return { status: "provider_error", offers: [] };
    },
  };
  await expect(confirm(late, id, new Date())).rejects.toMatchObject({ code: "flight.timeout" });
});
