import * as v from "valibot";
import * as Flight from "../flight.ts";
import { purposes } from "./sign.ts";

const Token = v.pipe(v.string(), v.maxLength(1_000));

/** A link in a message, by the token behind its `#`. */
export const Use = v.strictObject({ token: Token });

/** What a mail program posts to unsubscribe: the token in the address, and a form that says nothing. */
export const Unsubscribe = v.strictObject({ token: Token });

export const Unsubscribed = v.object({ unsubscribed: v.literal(true) });

const places = v.union([v.string(), v.array(v.string())]);

/**
 * What a link does, and for which watch: null for one that is about all of them. `isDone`: it is so already, and using
 * the link changes nothing.
 */
export const Info = v.object({
  purpose: v.picklist(purposes),
  isDone: v.boolean(),
  watch: v.nullable(
    v.object({
      id: v.string(),
      origin: places,
      destination: places,
      departureDate: v.nullable(v.string()),
      returnDate: v.nullable(v.string()),
      departureFrom: v.nullable(v.string()),
      departureTo: v.nullable(v.string()),
      weekendsIn: v.nullable(v.string()),
      state: v.picklist(["active", "snoozed", "paused", "ended"]),
      snoozedUntil: v.nullable(v.string()),
    }),
  ),
  places: Flight.names.places,
});
export type Info = v.InferOutput<typeof Info>;
