import * as Analytics from "@travel-conductor/core/analytics";
import { productNow } from "@travel-conductor/core/base/time";
import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import * as v from "valibot";
import { operation } from "../operation.ts";
import { signedIn } from "../session.ts";

/** For operators only; the verb's own statement checks that. */
export const admin = new Hono()
  .use(signedIn)
  .get(
    "/providers",
    operation({
      summary: "Who is asked for fares, what that came to this month and whether it goes on",
      answer: v.object({ items: v.array(Flight.Provider) }),
      problems: { 403: ["operator.required"] },
    }),
    async (c) => c.json(await Flight.providers(c.var.userId, productNow())),
  )
  .patch(
    "/providers/:name{[a-z_]+}",
    operation({
      summary: "Turn a provider on or off, with its next call",
      body: Flight.Switch,
      example: { enabled: false },
      answer: Flight.Provider,
      problems: { 403: ["operator.required"], 404: ["provider.unknown"], 503: ["provider.untold"] },
    }),
    async (c) => c.json(await Flight.setEnabled(c.var.userId, c.req.param("name"), c.req.valid("json"), productNow())),
  )
  .get(
    "/conversion",
    operation({
      summary: "Who searched a route in a week, and then watched or booked it",
      query: Analytics.FunnelQuery,
      example: { day: "2026-03-09", origin: "STN" },
      answer: Analytics.Funnel,
      problems: { 403: ["operator.required"] },
    }),
    async (c) => c.json(await Analytics.conversion(c.var.userId, c.req.valid("query"), productNow())),
  )
  .get(
    "/searches",
    operation({
      summary: "Searches by day: how many, how old the answers were, what they were and whose",
      query: Analytics.TrafficQuery,
      answer: Analytics.Traffic,
      problems: { 403: ["operator.required"] },
    }),
    async (c) => c.json(await Analytics.traffic(c.var.userId, c.req.valid("query"), productNow())),
  );
