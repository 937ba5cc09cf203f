import { realNow } from "@travel-conductor/core/base/time";
import * as Search from "@travel-conductor/core/search";
import { Hono } from "hono";
import { withLanguage } from "../language.ts";
import { operation } from "../operation.ts";
import { viewed } from "../session.ts";

/** One search over places, texts, help, and what is the caller's own. */
export const search = new Hono().get(
  "/",
  operation({
    session: "optional",
    scope: "read",
    summary: "Places, guides, tips, reviews and help for some words, and what is one's own",
    query: Search.Query,
    example: { q: "night bus barcelona" },
    answer: Search.Result,
    problems: { 503: ["service.unavailable", "service.outdated"] },
  }),
  viewed,
  async (c) => {
    const { viewer, seesBookings } = c.var;
    const query = withLanguage(c, c.req.valid("query"));
    return c.json(await Search.find(viewer ?? undefined, query, realNow(), { bookings: seesBookings }));
  },
);
