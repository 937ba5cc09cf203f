import { startDuffel } from "@travel-conductor/local/duffel";
import type { DuffelOffer } from "@travel-conductor/local/duffel/offers";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { holdToQuestion } from "../../src/flight/chain/question.ts";
import { duffel } from "../../src/flight/duffel.ts";
import { Criteria } from "../../src/flight.ts";

/** This test file's own stand-in for Duffel, reset before each test. */
export let fake: Awaited<ReturnType<typeof startDuffel>>;
beforeAll(async () => {
  fake = await startDuffel("GBP");
});
beforeEach(() => fake.heal());
afterAll(() => fake.stop());

/** A day, `days` from now. */
export const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export const criteriaFor = (over: object = {}) =>
  v.parse(Criteria, { origin: "STN", destination: "BGY", departureDate: day(60), currency: "GBP", ...over });
/** Duffel as the chain asks it: its offers are held against the question. */
export const provider = (over: object = {}) => holdToQuestion(duffel({ ...fake, currency: "GBP", ...over }));
export const search = (over: object = {}, call = {}) => provider().search(criteriaFor(over), new Date(), call);
export const referenceOf = (reference: string) => ({ provider: "duffel_test", reference });

/** The first offer of a search, after `how` has changed what Duffel sends. */
export async function firstOffer(how: (offer: DuffelOffer) => void, over: object = {}) {
  fake.alter((offer) => {
    const copy = structuredClone(offer);
    how(copy);
    return copy;
  });
  return (await search(over)).offers[0];
}
