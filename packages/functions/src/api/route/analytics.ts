import * as Analytics from "@travel-conductor/core/analytics";
import { productNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

export const analytics = new Hono()
  .get(
    "/routes/popular",
    operation({
      summary: "Routes that many people searched in the last whole day, week or month",
      query: Analytics.PopularQuery,
      example: { origin: "STN" },
      answer: Analytics.Popular,
      problems: { 503: ["service.unavailable", "service.outdated"] },
    }),
    limited("general"),
    async (c) => c.json(await Analytics.popular(c.req.valid("query"), productNow())),
  )
  .get(
    "/routes/:route{[A-Za-z]{3}-[A-Za-z]{3}}/paid",
    operation({
      summary: "What others paid for a route (STN-BGY) in the last year, a traveller",
      query: Analytics.PaidQuery,
      example: { route: "STN-BGY", currency: "GBP" },
      answer: Analytics.Paid,
      problems: { 503: ["service.unavailable", "service.outdated"] },
    }),
    limited("general"),
    async (c) => {
      const [origin, destination] = c.req.param("route").split("-");
      return c.json(await Analytics.paid({ origin, destination }, c.req.valid("query"), productNow()));
    },
  )
  .get(
    "/patterns",
    operation({
      summary: "How people search: how long ahead, for how long, how many",
      query: Analytics.PatternQuery,
      answer: Analytics.Patterns,
      problems: { 503: ["service.unavailable", "service.outdated"] },
    }),
    limited("general"),
    async (c) => c.json(await Analytics.patterns(c.req.valid("query"), productNow())),
  );
