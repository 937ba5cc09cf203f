import * as v from "valibot";
import { Problem } from "../base/error.ts";
import { Criteria } from "./criteria.ts";
import { type Offer, path } from "./offer.ts";
import type { OfferReference } from "./provider.ts";

/** What an id says: which offer of whom, by which flights (as `path` writes them), in answer to what, and at what total. */
export type Told = {
  criteria: Criteria;
  named: OfferReference;
  flights: string;
  /** What the caller was shown, in minor units; anybody may have written it, so it proves nothing of any price. */
  total: number;
};

/** The API's id of an offer: all that is needed to ask about it again, so that it need not have been stored. */
export function identify(criteria: Criteria, { provider, reference, total, slices }: Offer): string {
  return written({ criteria, named: { provider, reference }, total, flights: path(slices) });
}

/**
 * What an id says, whoever wrote it; the same is said by one id alone.
 * @throws Problem `offer.missing` for what `identify` could not have made
 */
export function recognise(id: string): Told {
  const parsed = v.safeParse(Id, id);
  if (parsed.success) {
    const [provider, reference, total, currency, flights, ...question] = parsed.output;
    const [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops] = question;
    const asked = { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops };
    const criteria = v.safeParse(Criteria, { ...asked, currency });
    const told = criteria.success && { criteria: criteria.output, named: { provider, reference }, total, flights };
    if (told && written(told) === id) return told;
  }
  throw new Problem("missing", "offer.missing", "There is no such offer.");
}

const said = v.unknown();
/** Three flights to a direction are as many as people put up with; six are let pass. */
const way = "[A-Z]{3}(-[A-Z0-9]{3,8}-[A-Z]{3}){1,6}";
const Id = v.pipe(
  v.string(),
  v.maxLength(1_500),
  v.startsWith("ofr_"),
  v.transform((id) => Buffer.from(id.slice(4), "base64url").toString()),
  v.parseJson(),
  v.strictTuple([
    v.pipe(v.string(), v.regex(/^[a-z]{1,20}$/)),
    v.pipe(v.string(), v.regex(/^[\w -]{1,300}$/)),
    v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    said,
    v.pipe(v.string(), v.regex(new RegExp(`^${way}( ${way})?$`))),
    ...([said, said, said, said, said, said, said, said, said] as const),
  ]),
);

function written({ criteria, named, total, flights }: Told): string {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    criteria;
  const question = [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops];
  const told = JSON.stringify([named.provider, named.reference, total, currency, flights, ...question]);
  return `ofr_${Buffer.from(told).toString("base64url")}`;
}
