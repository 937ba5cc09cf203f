import { createHmac } from "node:crypto";
import type { Trouble } from "@travel-conductor/local/duffel";
import { describe, expect, test } from "vitest";
import { type Booking, orders, signed } from "../../../src/flight/duffel.ts";
import type { Order, Outcome } from "../../../src/flight.ts";
import { fake, search } from "../../support/duffel.ts";

const duffel = () => orders(fake);
const since = new Date(Date.now() - 60_000);
const price = { total: 10050, currency: "GBP" };

/** An offer on sale, and the order that would buy it. */
async function offered(over: object = {}) {
  const { offers } = await search(over);
  const sold = fake.offers.get(offers[0]?.reference ?? "");
  if (!sold) throw new Error("nothing flies");
  const passengers = sold.offer.passengers.map(({ id }) => ({
    id,
    title: "ms" as const,
    gender: "f" as const,
    givenName: "Ada",
    familyName: "Ling",
    bornOn: "1990-05-04",
    email: "ada@example.com",
    phone: "+442080160509",
  }));
  const booking = { offer: sold.offer.id, passengers, metadata: { booking: sold.offer.id } };
  fake.seen.length = 0;
  return {
    sold,
    hold: { ...booking, type: "hold" as const },
    instant: { ...booking, type: "instant" as const, price },
  };
}

function done<T>(outcome: Outcome<T> | { status: "accepted" }): T {
  if (outcome.status !== "done") throw new Error(`it is ${outcome.status}`);
  return outcome.value;
}

const held = async (): Promise<Order> =>
  done(await duffel().create((await offered({ origin: "JFK", destination: "EWR" })).hold));

test("an order paid at once has its tickets, and reads the same again", async () => {
  const { instant } = await offered();
  const order = done(await duffel().create(instant));
  expect(order).toMatchObject({
    id: expect.stringMatching(/^ord_/),
    reference: "RZPNX8",
    ...price,
    createdAt: expect.any(String),
    cancelledAt: null,
    payment: { awaited: false, by: null, priceUntil: null, at: expect.any(String) },
    documents: [{ type: "electronic_ticket", number: "125-1230984567" }],
    actions: ["cancel", "update"],
    slices: [{ origin: "STN", destination: "BGY", segments: [{ flightNumber: "123", cabin: "economy" }] }],
    metadata: instant.metadata,
  });
  expect(done(await duffel().get(order.id))).toEqual(order);
  expect(await duffel().get("ord_none")).toMatchObject({ status: "refused", code: "not_found" });
});

test("passports are sent where they are given, and required where Duffel requires them", async () => {
  const { instant, sold } = await offered();
  sold.offer.passenger_identity_documents_required = true;
  expect(await duffel().create(instant)).toMatchObject({
    status: "refused",
    code: "passenger_identity_documents_required",
  });
  const passport = { number: "925123451", country: "GB", expiresOn: "2031-01-01" };
  const passengers = instant.passengers.map((one) => ({ ...one, passport }));
  expect(done(await duffel().create({ ...instant, passengers }))).toMatchObject(price);
});

test("a held order is paid later, once, at its price", async () => {
  const order = await held();
  expect(order.payment).toEqual({ awaited: true, by: expect.any(String), priceUntil: expect.any(String), at: null });
  expect(order.documents).toEqual([]);
  expect(await duffel().pay(order.id, { ...price, total: 10049 })).toMatchObject({
    status: "refused",
    code: "payment_amount_does_not_match_order_amount",
  });
  expect(await duffel().pay(order.id, price)).toMatchObject({ status: "done" });
  expect(done(await duffel().get(order.id)).payment.awaited).toBe(false);
  expect(await duffel().pay(order.id, price)).toMatchObject({ status: "refused", code: "already_paid" });
});

test("an order is cancelled when that is confirmed, and the refund is known before", async () => {
  const { instant } = await offered();
  const order = done(await duffel().create(instant));
  const refund = done(await duffel().cancel(order.id));
  expect(refund).toMatchObject({ order: order.id, refund: price, to: "balance", confirmedAt: null });
  expect(done(await duffel().get(order.id)).cancelledAt).toBeNull();
  expect(done(await duffel().confirmCancellation(refund.id)).confirmedAt).not.toBeNull();
  expect(done(await duffel().get(order.id)).cancelledAt).not.toBeNull();
  expect(await duffel().confirmCancellation(refund.id)).toMatchObject({ status: "refused", code: "already_cancelled" });
});

describe("a refused order was not bought, and has the reason", () => {
  type Given = Awaited<ReturnType<typeof offered>>;
  const cases: [string, (given: Given) => Booking][] = [
    ["not_found", ({ instant }) => ({ ...instant, offer: "off_none" })],
    [
      "invalid_passenger_id",
      ({ instant }) => ({ ...instant, passengers: [...instant.passengers, ...instant.passengers] }),
    ],
    [
      "validation_error",
      ({ instant }) => ({ ...instant, passengers: instant.passengers.map((one) => ({ ...one, phone: "0208" })) }),
    ],
    ["payment_amount_does_not_match_order_amount", ({ instant }) => ({ ...instant, price: { ...price, total: 1 } })],
    ["order_type_not_eligible_for_hold", ({ hold }) => hold],
    [
      "offer_no_longer_available",
      ({ sold, instant }) => {
        sold.withdrawn = true;
        return instant;
      },
    ],
    [
      "offer_expired",
      ({ sold, instant }) => {
        sold.offer.expires_at = new Date(0).toISOString();
        return instant;
      },
    ],
  ];

  test.each(cases)("%s", async (code, booking) => {
    const before = fake.orders.length;
    expect(await duffel().create(booking(await offered()))).toMatchObject({ status: "refused", code });
    expect(fake.orders).toHaveLength(before);
  });

  test("too many requests", async () => {
    const { instant } = await offered();
    fake.next({ status: 429 });
    expect(await duffel().create(instant)).toMatchObject({ status: "busy", rate: { limit: 60 } });
    expect(fake.seen).toHaveLength(1);
  });
});

describe("an order with an unknown outcome", () => {
  const troubles: Trouble[] = [
    "lost",
    "half",
    "html",
    "cut",
    ...[408, 500, 502, 503, 504].map((status) => ({ status })),
  ];

  test.each(troubles)("after %j is not repeated, and is found if it exists", async (trouble) => {
    const { instant } = await offered();
    fake.next(trouble);
    expect((await duffel().create(instant)).status).toBe("unknown");
    expect(fake.seen).toHaveLength(1);
    const found = done(await duffel().list(instant.metadata, since));
    expect(found).toHaveLength(trouble === "lost" || trouble === "half" || trouble === "html" ? 1 : 0);
    for (const { metadata } of found) expect(metadata).toEqual(instant.metadata);
  });

  test("when the caller stops waiting", async () => {
    const { instant } = await offered();
    fake.next("silent");
    expect(await duffel().create(instant, AbortSignal.timeout(50))).toEqual({ status: "unknown" });
  });

  test("when it was tried before", async () => {
    const { instant } = await offered();
    const order = done(await duffel().create(instant));
    expect(await duffel().create(instant)).toMatchObject({ status: "unknown" });
    expect(done(await duffel().list(instant.metadata, since))).toEqual([order]);
  });

  test("when its price cannot be read", async () => {
    const { instant } = await offered();
    fake.next({ told: { data: { ...fake.orders[0], total_amount: "1.005" } } });
    expect((await duffel().create(instant)).status).toBe("unknown");
  });
});

test("an accepted order is reported later; one whose data follows is created", async () => {
  fake.deliver(202);
  const { instant } = await offered();
  expect(await duffel().create(instant)).toMatchObject({ status: "accepted" });
  fake.deliver(200);
  expect(done(await duffel().create((await offered()).instant))).toMatchObject(price);
});

describe("listing orders", () => {
  test("finds them by all their metadata, newest first, page after page", async () => {
    const mark = { run: String(Math.random()) };
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { instant } = await offered();
      made.unshift(done(await duffel().create({ ...instant, metadata: { ...mark, n: String(n) } })).id);
    }
    const [like] = fake.orders;
    if (!like) throw new Error("nothing was made");
    for (let n = 0; n < 450; n++) fake.orders.unshift({ ...like, id: `ord_other${n}`, metadata: {} });
    fake.seen.length = 0;
    expect(done(await duffel().list(mark, since)).map(({ id }) => id)).toEqual(made);
    expect(fake.seen.length).toBeGreaterThanOrEqual(3);
    expect(done(await duffel().list({ ...mark, n: "1" }, since)).map(({ id }) => id)).toEqual([made[1]]);
    expect(done(await duffel().list({ ...mark, n: "9" }, since))).toEqual([]);
  });

  test("stops at the given time", async () => {
    fake.seen.length = 0;
    expect(done(await duffel().list({}, new Date(Date.now() + 60_000)))).toEqual([]);
    expect(fake.seen).toHaveLength(1);
  });

  test("is repeated where that does no harm; otherwise the outcome is unknown", async () => {
    fake.next({ status: 503 });
    expect((await duffel().list({}, since)).status).toBe("done");
    fake.next({ wait: 0 }, "cut");
    expect((await duffel().list({}, since)).status).toBe("unknown");
    fake.next({ told: { data: [{ id: "ord_x" }] } });
    expect((await duffel().list({}, since)).status).toBe("unknown");
  });
});

describe("a change to an order is sent once", () => {
  test.each(["cut", "lost", { status: 500 }, { status: 503 }] as Trouble[])(
    "after %j its outcome is unknown",
    async (trouble) => {
      const order = await held();
      const refund = done(await duffel().cancel(order.id));
      fake.seen.length = 0;
      for (const ask of [
        () => duffel().pay(order.id, price),
        () => duffel().cancel(order.id),
        () => duffel().confirmCancellation(refund.id),
      ]) {
        fake.next(trouble);
        expect((await ask()).status).toBe("unknown");
      }
      expect(fake.seen).toHaveLength(3);
    },
  );
});

describe("a webhook", () => {
  const secret = "a shared secret";
  const body = Buffer.from('{"type":"order.created","data":{"object":{"id":"ord_1"}}}');
  const sign = (at: string, of: Uint8Array, by = secret) =>
    `t=${at},v1=${createHmac("sha256", by).update(`${at}.`).update(of).digest("hex")}`;

  test("is Duffel's when its signature is of this body, by our secret", () => {
    expect(
      signed(secret, "t=1616202842,v1=0c9b1e212f117b2f01d2ea1a6c254eba18b81687ac5c217f0cd1c182d7a5becd", body),
    ).toBe(true);
  });

  test.each([
    ["another body", sign("1616202842", Buffer.from("{}"))],
    ["another secret", sign("1616202842", body, "guessed")],
    ["another time", sign("1616202842", body).replace("t=1", "t=2")],
    ["half a signature", sign("1616202842", body).slice(0, -2)],
    ["no time", sign("", body)],
    ["none", undefined],
    ["nonsense", "v1=x"],
    ["two", `${sign("1", body)},${sign("2", body)}`],
  ])("with %s is refused", (_, header) => {
    expect(signed(secret, header, body)).toBe(false);
  });

  test("without a shared secret is refused", () => {
    expect(signed("", sign("1", body, ""), body)).toBe(false);
  });
});
