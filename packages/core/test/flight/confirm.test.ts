import { createHmac } from "node:crypto";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { redis } from "../../src/base/cache.ts";
import * as Confirm from "../../src/flight/confirm.ts";
import { parseOfferId, toOfferId } from "../../src/flight/offerid.ts";
import { simulator } from "../../src/flight/simulator.ts";
import * as Flight from "../../src/flight.ts";
import { criteriaFor, day, fake, firstOffer, provider, search } from "../support/duffel.ts";

/** Confirms an offer as if half a minute had passed since it was last confirmed. */
const confirm: typeof Confirm.confirm = async (...args) => {
  const kept = await redis.keys("offer:*");
  if (kept.length > 0) await redis.del(...kept);
  return Confirm.confirm(...args);
};
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000);

describe("an id", () => {
  const missing = { kind: "missing", code: "offer.missing" };
  const simulatedOffer = async () => {
    const [offer] = (await simulator.search(criteriaFor(), new Date())).offers;
    if (!offer) throw new Error("nothing flies");
    return { id: toOfferId(criteriaFor(), offer), offer };
  };
  const decode = (id: string) => JSON.parse(Buffer.from(id.slice(4), "base64url").subarray(12).toString());
  const sign = (content: string, secret = "local") => {
    const signature = createHmac("sha256", secret).update(content).digest().subarray(0, 12);
    return `ofr_${Buffer.concat([signature, Buffer.from(content)]).toString("base64url")}`;
  };
  const encode = (content: unknown) => sign(JSON.stringify(content));

  test("decodes to the criteria and the offer, and no other id decodes to the same", async () => {
    for (const over of [{}, { returnDate: day(70), childAges: [9, 4], infants: 1, cabin: "business", maxStops: 1 }]) {
      const criteria = criteriaFor(over);
      for (const offer of (await simulator.search(criteria, new Date())).offers) {
        const { provider, reference, total } = offer;
        expect(parseOfferId(toOfferId(criteria, offer))).toMatchObject({
          criteria,
          reference: { provider, reference },
          total,
        });
      }
    }
    const { id: good } = await simulatedOffer();
    for (const other of [`${good}=`, `${good}A`, good.slice(0, -1), ` ${good}`, good.toUpperCase()])
      expect(() => parseOfferId(other)).toThrow(expect.objectContaining(missing));
  });

  test("that another secret signed, or none, or whose content was changed, is missing", async () => {
    const { id } = await simulatedOffer();
    const content = JSON.stringify(decode(id));
    expect(sign(content)).toBe(id);
    const changed = Buffer.from(id.slice(4), "base64url");
    changed[40] = (changed[40] ?? 0) ^ 1;
    for (const other of [
      sign(content, "another"),
      `ofr_${Buffer.from(content).toString("base64url")}`,
      `ofr_${changed.toString("base64url")}`,
      `ofr_${Buffer.from("short").toString("base64url")}`,
    ])
      expect(() => parseOfferId(other)).toThrow(expect.objectContaining(missing));
  });

  test("is accepted with the secret of now and the one before", async () => {
    const { id } = await simulatedOffer();
    const content = JSON.stringify(decode(id));
    vi.resetModules();
    vi.stubEnv("OFFER_SECRET", "a secret of this stage");
    vi.stubEnv("OFFER_SECRET_BEFORE", "the secret before it");
    const renewed = await import("../../src/flight/offerid.ts");
    expect(renewed.parseOfferId(sign(content, "a secret of this stage"))).toBeDefined();
    expect(renewed.parseOfferId(sign(content, "the secret before it"))).toBeDefined();
    expect(() => renewed.parseOfferId(id)).toThrow(expect.objectContaining({ code: "offer.missing" }));
    vi.unstubAllEnvs();
  });

  test("a deployed stage without a secret does not start", async () => {
    vi.resetModules();
    vi.stubEnv("SST_STAGE", "production");
    await expect(import("../../src/flight/offerid.ts")).rejects.toThrow("OFFER_SECRET");
    vi.unstubAllEnvs();
  });

  test("that the API could not have made is missing", async () => {
    const good = decode((await simulatedOffer()).id) as unknown[];
    expect(parseOfferId(encode(good))).toBeDefined();
    const invalid: [number, unknown][] = [
      [0, "Duffel"],
      [1, "../../orders"],
      [1, "x".repeat(301)],
      [2, 0],
      [2, 12.5],
      [2, 1e300],
      [2, "2699"],
      [3, "XXX"],
      [4, "STN"],
      [4, "STN-FR1-BGY STN-FR1-BGY STN-FR1-BGY"],
      [6, "STN"],
      [7, "2027-02-30"],
      [8, "2020-01-01"],
      [9, 10],
      [10, [1]],
      [11, 2],
      [12, "hammock"],
      [13, 3],
      [14, "more"],
    ];
    for (const [at, value] of invalid)
      expect(() => parseOfferId(encode([...good.slice(0, at), value, ...good.slice(at + 1)]))).toThrow(
        expect.objectContaining(missing),
      );
    const more = ["", "ofr_", "ofr_%00", "usr_x", `ofr_${"A".repeat(1_497)}`];
    for (const other of [...more, ...[[], {}, null, "x"].map(encode)])
      expect(() => parseOfferId(other)).toThrow(expect.objectContaining(missing));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encode)), (other) => {
        expect(() => parseOfferId(other)).toThrow(expect.objectContaining(missing));
      }),
    );
  });
});

describe("an offer of the simulated market", () => {
  const [criteria, now] = [criteriaFor({ returnDate: day(64) }), new Date()];
  const confirmAt = async (at: Date) => {
    const [offer] = (await simulator.search(criteria, now)).offers;
    if (!offer) throw new Error("nothing flies");
    return { offer, confirmed: await confirm(simulator, toOfferId(criteria, offer), at) };
  };

  test("is the same, then at another price, then gone with its flight", async () => {
    const { offer, confirmed } = await confirmAt(now);
    expect(confirmed).toMatchObject({ change: "same", offer: { slices: offer.slices, simulated: true } });
    expect(v.parse(Flight.Confirmed, confirmed)).toEqual(confirmed);
    const { confirmed: late } = await confirmAt(new Date(now.getTime() + 59 * 86_400_000));
    expect(late).toMatchObject({ change: "changed", offer: { slices: offer.slices } });
    expect(late.previousTotal).toEqual(confirmed.offer?.total);
    expect(late.offer?.total).not.toEqual(late.previousTotal);
    const { confirmed: gone } = await confirmAt(new Date(now.getTime() + 62 * 86_400_000));
    expect(gone).toMatchObject({ offer: null, change: "gone" });
  });

  test("has a new id at its new price, by which it is the same", async () => {
    const at = new Date(now.getTime() + 59 * 86_400_000);
    const { offer } = (await confirmAt(at)).confirmed;
    expect(await confirm(simulator, offer?.id ?? "", at)).toMatchObject({ offer, change: "same" });
  });
});

describe("a Duffel offer", () => {
  const findOffer = async (over: object = {}) => {
    const [offer] = (await search(over)).offers;
    const sold = fake.offers.get(offer?.reference ?? "");
    if (!offer || !sold) throw new Error("nothing flies");
    fake.seen.length = 0;
    return { offer, sold, id: toOfferId(criteriaFor(over), offer) };
  };
  const confirmOffer = async (id: string, at = new Date()) => {
    const { places, carriers: _, ...state } = await confirm(provider(), id, at);
    expect(Object.keys(places)).toEqual(["BGY", "STN"]);
    return state;
  };
  const searchCalls = () => fake.seen.filter(({ call }) => call.startsWith("POST"));

  test("is the same after one request", async () => {
    const { id } = await findOffer();
    expect(await confirmOffer(id)).toMatchObject({
      change: "same",
      offer: { id, total: { amount: "100.50", currency: "GBP" } },
    });
    expect(fake.seen).toHaveLength(1);
  });

  test("whose price has changed has both prices", async () => {
    const { id, sold } = await findOffer();
    sold.offer.total_amount = "111.00";
    expect(await confirmOffer(id)).toMatchObject({
      change: "changed",
      offer: { total: { amount: "111.00", currency: "GBP" } },
      previousTotal: { amount: "100.50", currency: "GBP" },
    });
  });

  test("that is sold out is gone, though other flights are sold", async () => {
    const { id, sold } = await findOffer();
    sold.withdrawn = true;
    expect(await confirmOffer(id)).toEqual({ offer: null, change: "gone" });
    expect(searchCalls()).toEqual([]);
  });

  test("that has expired is found by its flights in a new search", async () => {
    const { id, sold, offer } = await findOffer({ returnDate: day(70), adults: 2 });
    sold.offer.expires_at = minutesFromNow(-1).toISOString();
    const confirmed = await confirmOffer(id);
    expect(confirmed).toMatchObject({ change: "same", offer: { slices: offer.slices } });
    expect(confirmed.offer?.id).not.toBe(id);
    expect(searchCalls()).toHaveLength(1);
    fake.alter((one) => ({ ...one, total_amount: "500.00" }));
    expect(await confirmOffer(id)).toMatchObject({
      change: "changed",
      previousTotal: { amount: "401.00", currency: "GBP" },
    });
  });

  test("that has expired and whose flights are not sold is gone, not replaced", async () => {
    const { id, sold } = await findOffer();
    sold.offer.expires_at = minutesFromNow(-1).toISOString();
    fake.alter((one) => {
      const changed = structuredClone(one);
      for (const { segments } of changed.slices)
        for (const segment of segments) segment.marketing_carrier_flight_number = "9";
      return changed;
    });
    expect(await confirmOffer(id)).toEqual({ offer: null, change: "gone" });
    fake.next({ status: 422, code: "offer_expired" }, { told: { data: { offers: [] } } });
    expect(await confirmOffer(id)).toEqual({ offer: null, change: "gone" });
  });

  test("whose flight number has changed is gone", async () => {
    const { id } = await findOffer();
    await firstOffer(({ slices: [slice] }) => {
      if (slice?.segments[0]) slice.segments[0].marketing_carrier_flight_number = "999";
    });
    expect(await confirmOffer(id)).toEqual({ offer: null, change: "gone" });
  });

  test.each([
    ["nearest to its old total", ["60.00", "99.00"], true, "99.00"],
    ["with its terms, before one nearer to its total", ["140.00", "101.00"], false, "140.00"],
  ])("that has several fares for its flights gets the one %s", async (_, totals, isRefunded, total) => {
    const { id, sold } = await findOffer({ maxStops: 0 });
    sold.offer.expires_at = minutesFromNow(-1).toISOString();
    fake.alter((one, index) => {
      const copy = structuredClone(one);
      const [segment] = copy.slices[0]?.segments ?? [];
      if (segment) segment.marketing_carrier_flight_number = "123";
      copy.conditions.refund_before_departure.allowed = index === 0 || isRefunded;
      return { ...copy, total_amount: totals[index] };
    });
    expect(await confirmOffer(id)).toMatchObject({ change: "changed", offer: { total: { amount: total } } });
  });

  test("that has departed is gone: without a request the day after, by Duffel's answer on the day", async () => {
    const { id } = await findOffer();
    expect(await confirmOffer(id, new Date(`${day(61)}T12:00:00Z`))).toEqual({ offer: null, change: "gone" });
    expect(fake.seen).toEqual([]);
    await firstOffer((offer) => {
      offer.expires_at = new Date(`${day(62)}T12:00:00Z`).toISOString();
    });
    expect(await confirmOffer(id, new Date(`${day(60)}T08:00:00Z`))).toEqual({ offer: null, change: "gone" });
    expect(await confirmOffer(id, new Date(`${day(60)}T04:00:00Z`))).toMatchObject({ change: "same" });
  });

  test("whose price is not known is a problem, not an offer", async () => {
    const { id, sold } = await findOffer();
    const busy = { kind: "upstream", code: "flight.busy", retryAfter: expect.any(Number) };
    const down = { kind: "upstream", code: "flight.provider" };
    fake.next("cut");
    await expect(confirmOffer(id)).rejects.toMatchObject(down);
    fake.next({ status: 429 });
    await expect(confirmOffer(id)).rejects.toMatchObject(busy);
    sold.offer.expires_at = minutesFromNow(-1).toISOString();
    fake.next({ wait: 0 }, "half");
    await expect(confirmOffer(id)).rejects.toMatchObject(down);
    fake.next({ wait: 0 }, { status: 429 });
    await expect(confirmOffer(id)).rejects.toMatchObject(busy);
    fake.alter((one, index) => (index === 2 ? {} : one));
    await expect(confirmOffer(id)).rejects.toMatchObject(down);
  });

  test("is never returned in another currency", async () => {
    const { id, sold } = await findOffer();
    sold.offer.total_currency = "EUR";
    expect(await confirmOffer(id)).toEqual({ offer: null, change: "gone" });
    sold.offer.expires_at = minutesFromNow(-1).toISOString();
    fake.alter((one) => ({ ...one, total_currency: "EUR" }));
    await expect(confirmOffer(id)).rejects.toMatchObject({ code: "flight.provider" });
  });
});

test("a provider that cannot confirm is searched, and one that takes too long is a timeout", async () => {
  const { confirm: _, ...searchOnly } = simulator;
  const [offer] = (await simulator.search(criteriaFor(), new Date())).offers;
  const id = offer ? toOfferId(criteriaFor(), offer) : "";
  expect(await confirm(searchOnly, id, new Date())).toMatchObject({ change: "same", offer: { id } });
  const late: Flight.FareProvider = {
    ...searchOnly,
    async search(_criteria, _at, call) {
      Object.defineProperty(call?.signal, "aborted", { value: true });
      return { status: "provider_error", offers: [] };
    },
  };
  await expect(confirm(late, id, new Date())).rejects.toMatchObject({ code: "flight.timeout" });
});
