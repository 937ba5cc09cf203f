import * as v from "valibot";

const instant = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer());

/**
 * A card as its owner sees it; Stripe holds its number. `expires` is its last month; an `expired` one pays for nothing.
 * One of them is the default.
 */
export const Info = v.object({
  id: v.string(),
  brand: v.string(),
  lastFour: v.string(),
  expires: v.object({ month: count, year: count }),
  expired: v.boolean(),
  isDefault: v.boolean(),
  createdAt: instant,
});
export type Info = v.InferOutput<typeof Info>;

/** Makes a card the default, in place of the one before. */
export const Update = v.strictObject({
  isDefault: v.literal(true, "must be true: make another card the default instead"),
});
export type Update = v.InferInput<typeof Update>;

/**
 * What a browser gives a card to Stripe with. `page` is the address of a page that takes the card, where a stand-in plays
 * Stripe's part; null where Stripe's own element does, with `publicKey`.
 */
export const Setup = v.object({
  id: v.string(),
  clientSecret: v.string(),
  publicKey: v.string(),
  page: v.nullable(v.string()),
});
export type Setup = v.InferOutput<typeof Setup>;

/** What a browser proves its person with (3-D Secure), for a payment that asks for it; see `Setup`. */
export const Challenge = v.object({ clientSecret: v.string(), publicKey: v.string(), page: v.nullable(v.string()) });
export type Challenge = v.InferOutput<typeof Challenge>;
