import * as v from "valibot";
import { Problem } from "../base/error.ts";
import { Criteria } from "./criteria.ts";
import { type Offer, path } from "./offer.ts";
import type { OfferReference } from "./provider.ts";

/** The content of an offer's id. `flights` is in the form of `path`. */
export type DecodedOffer = {
  criteria: Criteria;
  reference: OfferReference;
  flights: string;
  /** The total that the caller was shown, in minor units. Anyone can write an id, so this proves no price. */
  total: number;
};

/** The API's id of an offer. It is enough to confirm the offer, so the offer need not be stored. */
export function toOfferId(criteria: Criteria, { provider, reference, total, slices }: Offer): string {
  return encode({ criteria, reference: { provider, reference }, total, flights: path(slices) });
}

/**
 * Decodes an id, which may be made up. Accepts one id only for each content.
 * @throws Problem `offer.missing` for an id that `toOfferId` could not have made
 */
export function parseOfferId(id: string): DecodedOffer {
  const parsed = v.safeParse(Id, id);
  if (parsed.success) {
    const [provider, reference, total, currency, flights, ...question] = parsed.output;
    const [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops] = question;
    const input = { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops };
    const criteria = v.safeParse(Criteria, { ...input, currency });
    const decoded = criteria.success && {
      criteria: criteria.output,
      reference: { provider, reference },
      total,
      flights,
    };
    if (decoded && encode(decoded) === id) return decoded;
  }
  throw new Problem("missing", "offer.missing", "There is no such offer.");
}

const unchecked = v.unknown();
/** One to six flights: journeys rarely have more than three in a direction. */
const direction = "[A-Z]{3}(-[A-Z0-9]{3,8}-[A-Z]{3}){1,6}";
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
    unchecked,
    v.pipe(v.string(), v.regex(new RegExp(`^${direction}( ${direction})?$`))),
    // Nine criteria, which are checked as `Criteria` after decoding.
    ...([unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked] as const),
  ]),
);

function encode({ criteria, reference, total, flights }: DecodedOffer): string {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    criteria;
  const question = [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops];
  const content = JSON.stringify([reference.provider, reference.reference, total, currency, flights, ...question]);
  return `ofr_${Buffer.from(content).toString("base64url")}`;
}
