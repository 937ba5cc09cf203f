import { env } from "../base/env.ts";

/** Whether money is real: it must be so for an offer of a real flight, and must not be so for any other. */
export function isLive(): boolean {
  return env.STRIPE_KEY?.includes("_live_") ?? false;
}
