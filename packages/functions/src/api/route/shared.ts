import * as Booking from "@travel-conductor/core/booking";
import { Hono } from "hono";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

/** What a link shows that its owner gave away: the token alone opens it. */
export const shared = new Hono().get(
  "/trips/:token{[A-Za-z0-9_-]{32}}",
  operation({
    summary: "The flights of a booking that its owner shares",
    answer: Booking.Shared,
    problems: { 404: ["booking.missing"], 503: ["service.unavailable", "service.outdated"] },
  }),
  limited("general"),
  async (c) => c.json(await Booking.shared(c.req.param("token"))),
);
