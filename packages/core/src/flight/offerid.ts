import { createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { versionsOf } from "../base/versions.ts";
import { Criteria } from "./criteria.ts";
import { type Offer, path, termsOf } from "./offer.ts";
import type { OfferReference } from "./provider.ts";

/** The content of an offer's id. `flights` is in the form of `path`. */
export type DecodedOffer = {
  criteria: Criteria;
  reference: OfferReference;
  flights: string;
  /** In the form of `termsOf`; undefined in an id that was made before ids had them. */
  terms?: string | undefined;
  /** The total that the caller was shown, in minor units. It was true then, and proves no price now. */
  total: number;
};

/** The API's id of an offer, signed. It is enough to confirm the offer, so the offer need not be stored. */
export function toOfferId(criteria: Criteria, offer: Omit<Offer, "stated">): string {
  const { provider, reference, total, slices } = offer;
  return encode({ criteria, reference: { provider, reference }, total, flights: path(slices), terms: termsOf(offer) });
}

/**
 * Decodes an id, which may be made up. Accepts only what `toOfferId` made, with any version of the secret.
 * @throws Problem `offer.missing` for any other id
 */
export function parseOfferId(id: string): DecodedOffer {
  const parsed = v.safeParse(Id, id);
  if (parsed.success) {
    const [provider, reference, total, currency, flights, ...question] = parsed.output;
    const [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, terms] =
      question;
    const input = { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops };
    const criteria = v.safeParse(Criteria, { ...input, currency });
    const decoded = criteria.success && {
      criteria: criteria.output,
      reference: { provider, reference },
      total,
      flights,
      terms: terms ?? undefined,
    };
    if (decoded) return decoded;
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
  v.transform(readSigned),
  v.string(),
  v.parseJson(),
  // An id of before, which lives for an hour, has no terms.
  v.array(v.unknown()),
  v.transform((words) => (words.length === 14 ? [...words, undefined] : words)),
  v.strictTuple([
    v.pipe(v.string(), v.regex(/^[a-z_]{1,20}$/)),
    v.pipe(v.string(), v.regex(/^[\w -]{1,300}$/)),
    v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    unchecked,
    v.pipe(v.string(), v.regex(new RegExp(`^${direction}( ${direction})?$`))),
    // Nine criteria, which are checked as `Criteria` after decoding.
    ...([unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked, unchecked] as const),
    v.nullish(v.pipe(v.string(), v.regex(/^[\w-]{8}$/)), undefined),
  ]),
);

function encode({ criteria, reference, total, flights, terms }: DecodedOffer): string {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    criteria;
  const question = [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, terms];
  const content = JSON.stringify([reference.provider, reference.reference, total, currency, flights, ...question]);
  return `ofr_${Buffer.concat([sign(content, secrets[0]), Buffer.from(content)]).toString("base64url")}`;
}

/** The first signs; ids of all are accepted. */
const secrets = versionsOf(offerSecret(), env.OFFER_SECRET_BEFORE) as [string, ...string[]];
const signatureBytes = 12;

/** @throws Error on a deployed stage without a secret */
function offerSecret(): string {
  if (env.OFFER_SECRET) return env.OFFER_SECRET;
  if (env.SST_STAGE) throw new Error("OFFER_SECRET: must be set, to sign the ids of offers. See .env.example.");
  return "local";
}

function sign(content: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(content).digest().subarray(0, signatureBytes);
}

/** The signed content of an id; null if no secret of ours signed it, or its text is not the one that we write. */
function readSigned(id: string): string | null {
  const bytes = Buffer.from(id.slice(4), "base64url");
  const signature = bytes.subarray(0, signatureBytes);
  const content = bytes.subarray(signatureBytes).toString();
  if (signature.length < signatureBytes || `ofr_${bytes.toString("base64url")}` !== id) return null;
  return secrets.some((secret) => timingSafeEqual(sign(content, secret), signature)) ? content : null;
}
