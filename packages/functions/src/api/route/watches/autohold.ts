import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import { Hono } from "hono";
import { operation } from "../../operation.ts";
import { requireFactor, type SignedIn } from "../../session.ts";
import { watchPath } from "./path.ts";

const path = `${watchPath}/auto-hold` as const;
const missing = { 404: ["watch.missing"] };

/** Holding the flights of a watch at its target, without its owner. No key may ask for that. */
export const autoHold = new Hono<SignedIn>()
  .get(
    path,
    operation({
      summary: "Whether a watch holds its flights by itself",
      answer: Booking.AutoHoldInfo,
      problems: missing,
    }),
    async (c) => c.json(await Booking.autoHold(c.var.userId, c.req.param("id"))),
  )
  .post(
    path,
    operation({
      summary: "Have the flights held at the target, once, for these travelers",
      body: Booking.AutoHold,
      example: { travelers: ["tvl_01jd3x7m2k8q4v9w5r6t7y8z9a"], terms: Booking.currentTerms },
      answer: Booking.AutoHoldInfo,
      problems: {
        403: ["booking.unproven"],
        404: ["watch.missing", "traveler.missing"],
        409: ["watch.ended", "booking.no_target", "traveler.unreadable"],
        422: ["booking.party", "booking.terms"],
      },
    }),
    requireFactor,
    async (c) => c.json(await Booking.setAutoHold(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .delete(
    path,
    operation({ summary: "Hold nothing by itself any more; what is held stays held", status: 204, problems: missing }),
    async (c) => {
      await Booking.endAutoHold(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  );
