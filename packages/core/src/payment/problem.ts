import { Problem } from "../base/error.ts";
import type { Done } from "./stripe.ts";

/** The problem of a call of Stripe that a caller waits for, by its code. */
export const unavailable = (code: string) =>
  code === "unavailable"
    ? new Problem("conflict", "payment_method.unavailable", "This service takes no cards.")
    : new Problem("upstream", "payment_method.stripe", "Stripe does not answer as it should. Please try again.");

/** The value of a call of Stripe. @throws Problem `payment_method.unavailable`, `payment_method.stripe` */
export function done<T>(told: Done<T>): T {
  if (told.status === "done") return told.value;
  throw unavailable(told.status === "refused" ? told.code : "unknown");
}
