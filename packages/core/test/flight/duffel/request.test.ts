import { startDuffel, type Trouble } from "@travel-conductor/local/duffel";
import type { DuffelOffer } from "@travel-conductor/local/duffel/offers";
import { describe, expect, test } from "vitest";
import { duffel } from "../../../src/flight/duffel.ts";
import { criteriaFor, day, fake, provider, referenceOf, search } from "../../support/duffel.ts";

test("no flights are an empty answer; offers that are all unusable are a failure", async () => {
  expect(await search({ origin: "PVD", destination: "RAI" })).toMatchObject({ status: "no_results", offers: [] });
  fake.alter(() => ({}));
  expect(await search()).toMatchObject({ status: "provider_error", offers: [] });
});

describe("in a currency that its account is not billed in", () => {
  const skipped = { status: "provider_error", offers: [], providers: [{ name: "duffel_test", status: "skipped" }] };

  test("no request is sent if the billing currency is known", async () => {
    expect(provider().currencies).toEqual(new Set(["GBP"]));
    expect(await search({ currency: "EUR" })).toEqual(skipped);
    const confirmed = await provider().confirm(criteriaFor({ currency: "EUR" }), referenceOf("off_1"), new Date());
    expect(confirmed).toEqual({ status: "gone" });
    expect(fake.seen).toEqual([]);
  });

  test("the offers do not count if the billing currency is unknown", async () => {
    const any = provider({ currency: undefined });
    expect(any.currencies).toBeUndefined();
    expect(await any.search(criteriaFor({ currency: "EUR" }), new Date())).toMatchObject(skipped);
    const { offers } = await any.search(criteriaFor(), new Date());
    const [{ reference } = { reference: "" }] = offers;
    const confirmed = await any.confirm(criteriaFor({ currency: "EUR" }), referenceOf(reference), new Date());
    expect(confirmed).toMatchObject({ status: "gone" });
  });
});

describe("failures", () => {
  const failing: [string, Trouble[], string, number][] = [
    ["a cut connection", ["cut"], "provider_error", 1],
    ["half an answer", ["half"], "provider_error", 1],
    ["a page instead of JSON", ["html"], "provider_error", 1],
    ["500", [{ status: 500 }], "provider_error", 1],
    ["502", [{ status: 502 }], "provider_error", 1],
    ["503 once", [{ status: 503 }], "ok", 2],
    ["504 twice", [{ status: 504 }, { status: 504 }], "ok", 3],
    ["503 three times", [{ status: 503 }, { status: 503 }, { status: 503 }], "provider_error", 3],
    ["503, then 500", [{ status: 503 }, { status: 500 }], "provider_error", 2],
    ["a refusal", [{ status: 422, code: "validation_error" }], "provider_error", 1],
    ["a token it does not know", [{ status: 401, code: "access_token_not_found" }], "provider_error", 1],
  ];

  test.each(failing)("%s", async (_, troubles, status, times) => {
    fake.next(...troubles);
    expect((await search()).status).toBe(status);
    expect(fake.seen).toHaveLength(times);
  });

  test("a refused question counts as unsupported; a refused token is a failure", async () => {
    fake.next({ status: 422, code: "validation_error" }, { status: 403, code: "forbidden" });
    expect(await search()).toMatchObject({ providers: [{ name: "duffel_test", status: "skipped" }] });
    expect(await search()).not.toHaveProperty("providers");
  });

  test.each([null, [], {}, { data: null }, { data: {} }, { data: { offers: "none" } }])(
    "an answer that is %j",
    async (told) => {
      fake.next({ told });
      expect((await search()).status).toBe("provider_error");
    },
  );

  test("nothing listens at its address", async () => {
    const closed = await startDuffel();
    await closed.stop();
    expect(await duffel(closed).search(criteriaFor(), new Date())).toEqual({ status: "provider_error", offers: [] });
  });

  test("a redirect elsewhere does not get the token", async () => {
    const elsewhere = await startDuffel();
    fake.next({ status: 307, location: elsewhere.url });
    expect((await search()).status).toBe("provider_error");
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.stop();
  });

  test("an aborted call returns at once, and is not repeated", async () => {
    for (const trouble of ["silent", { status: 503 }] as const) {
      fake.heal();
      fake.next(trouble, trouble);
      const began = Date.now();
      const answer = await search({}, { signal: AbortSignal.timeout(50) });
      expect(answer.status).toBe("provider_error");
      expect(fake.seen).toHaveLength(1);
      expect(Date.now() - began).toBeLessThan(5_000);
    }
    expect((await search({}, { signal: AbortSignal.abort() })).status).toBe("provider_error");
  });

  test("its own time limit ends a call too, and a late one is not repeated", async () => {
    fake.next("silent");
    expect((await provider({ patience: 3_000 }).search(criteriaFor(), new Date())).status).toBe("provider_error");
    fake.heal();
    fake.next({ status: 503 });
    expect((await provider({ patience: 3_000 }).search(criteriaFor(), new Date())).status).toBe("provider_error");
    expect(fake.seen.map(({ call }) => call)).toEqual([
      "POST /air/offer_requests?return_offers=true&supplier_timeout=2000",
    ]);
  });

  test("the airlines get no longer than the caller waits, and a caller without the time for them asks nothing", async () => {
    const call = { purpose: "person", withinMs: 8_000 } as const;
    expect((await provider().search(criteriaFor(), new Date(), call)).status).toBe("ok");
    const [, asked] = /supplier_timeout=(\d+)$/.exec(fake.seen[0]?.call ?? "") ?? [];
    expect(Number(asked)).toBeGreaterThan(5_000);
    expect(Number(asked)).toBeLessThanOrEqual(7_000);
    const short = await provider().search(criteriaFor(), new Date(), { withinMs: 2_500 });
    expect(short).toMatchObject({ status: "provider_error", providers: [{ name: "duffel_test", status: "skipped" }] });
    expect(fake.seen).toHaveLength(1);
  });

  test("an answer that took all of a shortened time is partial, because slower airlines may be missing", async () => {
    fake.next({ wait: 2_100 });
    expect((await provider().search(criteriaFor(), new Date(), { withinMs: 3_000 })).status).toBe("partial");
    fake.next({ wait: 100 });
    expect((await provider().search(criteriaFor(), new Date(), { withinMs: 3_000 })).status).toBe("ok");
  });

  test("a slow answer is an answer", async () => {
    fake.next({ wait: 120 });
    expect((await search()).status).toBe("ok");
  });
});

describe("the rate", () => {
  test("is returned with every answer", async () => {
    const resetsAt = new Date(Math.floor((fake.rate.reset?.getTime() ?? 0) / 1000) * 1000).toISOString();
    expect((await search()).rate).toEqual({ limit: 60, remaining: 59, resetsAt });
    fake.next({ status: 500 });
    expect((await search()).rate).toEqual({ limit: 60, remaining: 58, resetsAt });
    expect((await provider().confirm(criteriaFor(), referenceOf("off_1"), new Date())).rate).toEqual({
      limit: 60,
      remaining: 57,
      resetsAt,
    });
    fake.rate.reset = null;
    expect(await search()).not.toHaveProperty("rate");
  });

  test("is waited for when it resets within the time left; otherwise the call is refused", async () => {
    fake.rate.reset = new Date(Date.now() + 1_500);
    fake.next({ status: 429 });
    const began = Date.now();
    expect((await search()).status).toBe("ok");
    // The header has whole seconds.
    expect(Date.now() - began).toBeGreaterThanOrEqual(400);
    fake.rate.reset = new Date(Date.now() + 60_000);
    fake.next({ status: 429 });
    expect(await search()).toMatchObject({ status: "rate_limited", offers: [], rate: { limit: 60 } });
    expect(fake.seen).toHaveLength(3);
  });

  test("is left to users: a background call is never repeated", async () => {
    for (const status of [429, 503]) fake.next({ status });
    expect((await search({}, { purpose: "background" })).status).toBe("rate_limited");
    expect((await search({}, { purpose: "background" })).status).toBe("provider_error");
    expect(fake.seen).toHaveLength(2);
  });
});

test("a malformed request is refused, as Duffel would", async () => {
  const ask = (init: RequestInit, path = "/air/offer_requests") => fetch(fake.url + path, { method: "POST", ...init });
  const headers = {
    authorization: `Bearer ${fake.token}`,
    accept: "application/json",
    "content-type": "application/json",
    "duffel-version": "v2",
  };
  const good = {
    slices: [{ origin: "STN", destination: "BGY", departure_date: day(60) }],
    passengers: [{ type: "adult" }],
    cabin_class: "economy",
  };
  const status = async (body: unknown, over = {}) =>
    (await ask({ headers: { ...headers, ...over }, body: JSON.stringify(body) })).status;
  expect(await status({ data: good })).toBe(201);
  expect(await status({ data: good }, { authorization: "Bearer x" })).toBe(401);
  expect(await status({ data: good }, { "duffel-version": "v1" })).toBe(400);
  expect(await status({ data: good }, { "content-type": "text/plain" })).toBe(415);
  for (const data of [
    { ...good, currency: "GBP" },
    { ...good, passengers: [{ type: "child" }] },
    { ...good, passengers: [{ age: 1 }] },
    { ...good, passengers: Array(10).fill({ type: "adult" }) },
    { ...good, max_connections: 3 },
    { ...good, slices: [{ ...good.slices[0], departure_date: day(-2) }] },
  ])
    expect(await status({ data })).toBe(422);
  expect(await status(good)).toBe(422);
});

describe("confirming an offer", () => {
  const found = async () => {
    const [offer] = (await search()).offers;
    if (!offer) throw new Error("nothing was found");
    return { offer, sold: fake.offers.get(offer.reference) ?? { offer: {} as DuffelOffer, withdrawn: false } };
  };
  const confirm = (reference: string, over: object = {}, call = {}) =>
    provider().confirm(criteriaFor(over), referenceOf(reference), new Date(), call);

  test("returns it unchanged, or at its present price", async () => {
    const { offer, sold } = await found();
    expect(await confirm(offer.reference)).toMatchObject({ status: "ok", offer, rate: { limit: 60 } });
    sold.offer.total_amount = "90.00";
    expect(await confirm(offer.reference)).toMatchObject({ status: "ok", offer: { ...offer, total: 9000 } });
  });

  test("reports it gone, expired, or unknown", async () => {
    const { offer, sold } = await found();
    expect(await confirm("off_nothing")).toMatchObject({ status: "expired" });
    for (const reference of ["", "../orders", "off_1?x=1", "ord_1"])
      expect(await confirm(reference)).toEqual({ status: "gone" });
    sold.withdrawn = true;
    expect(await confirm(offer.reference)).toMatchObject({ status: "gone" });
    sold.withdrawn = false;
    for (const trouble of ["cut", "half", "html", { status: 500 }] as const) {
      fake.next(trouble);
      expect((await confirm(offer.reference)).status).toBe("provider_error");
    }
    fake.next({ status: 503 });
    expect((await confirm(offer.reference)).status).toBe("ok");
    fake.next({ status: 429 });
    expect((await confirm(offer.reference)).status).toBe("rate_limited");
    fake.next("silent");
    const signal = AbortSignal.timeout(50);
    expect((await confirm(offer.reference, {}, { signal })).status).toBe("provider_error");
    sold.offer.expires_at = new Date(Date.now() - 1).toISOString();
    expect((await confirm(offer.reference)).status).toBe("expired");
  });

  test("is refused for another party, or another day", async () => {
    const { offer } = await found();
    for (const over of [{ adults: 2 }, { infants: 1 }, { departureDate: day(61) }, { returnDate: day(70) }])
      expect((await confirm(offer.reference, over)).status).toBe("gone");
  });
});
