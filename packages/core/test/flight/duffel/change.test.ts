import { expect, test } from "vitest";
import { duffelSeller } from "../../../src/flight/duffel.ts";
import { criteriaFor, fake, search } from "../../support/duffel.ts";

const at = new Date();
const seller = () => duffelSeller(fake);
const criteria = criteriaFor({ returnDate: null });

/** A paid order that may be changed for 25.00. */
async function ordered(changePenalty: string | null = "25.00") {
  fake.sell({ changePenalty });
  const offer = (await search({ returnDate: null })).offers[0]!;
  const passenger = {
    kind: "adult",
    age: 36,
    title: "ms",
    gender: "f",
    givenName: "Ada",
    familyName: "Ling",
    bornOn: "1990-05-04",
    email: "ada@example.com",
    phone: "+442080160509",
  } as const;
  const sale = { type: "instant", offer, criteria, metadata: {} } as const;
  const made = await seller().create({ ...sale, passengers: [passenger] }, at);
  if (made.status !== "done") throw new Error(`it is ${made.status}`);
  const days = [{ slice: 0, departureDate: offer.slices[0]!.departingAt.slice(0, 10) }];
  return { order: made.value, wish: { order: made.value.id, offer, criteria, days } };
}

async function started() {
  const { order, wish } = await ordered();
  const told = await seller().askChange(wish, at);
  const [offer] = told.status === "done" ? told.value : [];
  const change = await seller().startChange(offer!.id, at);
  if (change.status !== "done") throw new Error(`it is ${change.status}`);
  return { order, offer: offer!, change: change.value };
}

test("a change is offered, started and confirmed at its price, once", async () => {
  const { order, offer, change } = await started();
  expect(order.actions).toContain("change");
  expect(offer).toMatchObject({ penalty: { total: 2_500, currency: "GBP" }, to: "original_form_of_payment" });
  expect(change).toMatchObject({ due: offer.due, confirmedAt: null });
  const wrong = { ...change, due: { ...change.due, total: change.due.total + 1 } };
  expect(await seller().confirmChange(wrong, at)).toMatchObject({
    status: "refused",
    code: "payment_amount_does_not_match_order_amount",
  });
  expect(await seller().confirmChange(change, at)).toMatchObject({ status: "done" });
  expect(await seller().confirmChange(change, at)).toMatchObject({ status: "refused", code: "already_confirmed" });
  expect(await seller().getChange(change.id, at)).toMatchObject({ value: { confirmedAt: expect.any(String) } });
  expect(await seller().get(order.id, at)).toMatchObject({ value: { slices: offer.slices } });
  // Another offer of the same flights is of no use after that.
  expect(await seller().startChange(offer.id, at)).toMatchObject({
    status: "refused",
    code: "order_change_offer_no_longer_available",
  });
});

test("an order that cannot be changed, and a change that ran out, are refused", async () => {
  const { wish } = await ordered(null);
  expect(await seller().askChange(wish, at)).toMatchObject({ status: "refused", code: "order_not_changeable" });
  const { change, offer } = await started();
  fake.setAhead(30 * 60_000);
  expect(await seller().confirmChange(change, at)).toMatchObject({ status: "refused", code: "order_change_expired" });
  expect(await seller().startChange(offer.id, at)).toMatchObject({ code: "order_change_offer_expired" });
  fake.setAhead(0);
});

test("what cannot be read is left out, and a lost answer is unknown", async () => {
  const { wish } = await ordered();
  fake.next({ wait: 0 }, "lost");
  expect((await seller().askChange(wish, at)).status).toBe("unknown");
  const { change } = await started();
  fake.seen.length = 0;
  fake.next("cut");
  expect((await seller().confirmChange(change, at)).status).toBe("unknown");
  expect(fake.seen).toHaveLength(1);
});

test("what the airline changed is listed by its order, and accepted once", async () => {
  const { order } = await ordered();
  const { id } = fake.disrupt(order.id, 60);
  const list = await seller().airlineChanges(order.id, at);
  expect(list).toMatchObject({ status: "done", value: [{ id, removed: order.slices, taken: null }] });
  expect(await seller().acceptAirlineChange(id, at)).toMatchObject({ value: { taken: "accepted", actions: [] } });
  expect(await seller().acceptAirlineChange(id, at)).toMatchObject({ status: "refused" });
});
