import * as Airport from "@travel-conductor/core/airport";
import { productNow } from "@travel-conductor/core/base/time";
import * as Destination from "@travel-conductor/core/destination";
import { Hono } from "hono";
import { lastingAnHour } from "../lasting.ts";
import { limited } from "../limit.ts";
import { listed, operation } from "../operation.ts";

const stored = { 503: ["service.unavailable", "service.outdated"] };

/** Places to travel to: what anyone may read of them. */
export const places = new Hono()
  .get(
    "/",
    operation({
      summary: "Places with a guide, busiest first",
      query: Destination.List,
      answer: listed(Airport.Info),
      problems: { 422: ["page.cursor"], ...stored },
    }),
    limited("general"),
    lastingAnHour,
    async (c) => c.json(await Destination.list(c.req.valid("query"))),
  )
  .get(
    "/:code{[A-Z]{3}}",
    operation({
      summary: "A place: facts, holidays, what the way there costs, and what was written about it",
      query: Destination.Query,
      example: { code: "BCN", from: "LON", currency: "GBP" },
      answer: Destination.Guide,
      problems: { 404: ["place.missing"], ...stored },
    }),
    limited("insight"),
    lastingAnHour,
    async (c) => c.json(await Destination.get(c.req.param("code"), c.req.valid("query"), productNow())),
  );
