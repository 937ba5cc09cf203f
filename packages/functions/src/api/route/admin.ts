import * as Analytics from "@travel-conductor/core/analytics";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Channel from "@travel-conductor/core/channel";
import * as Flight from "@travel-conductor/core/flight";
import * as Moved from "@travel-conductor/core/moved";
import * as Overview from "@travel-conductor/core/overview";
import { Hono } from "hono";
import * as v from "valibot";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";

/** For operators only; the verb's own statement checks that. */
export const admin = new Hono()
  .use(signedIn)
  .get(
    "/overview",
    operation({
      summary: "What waits in each queue, for how long, and how often what happened to accounts",
      answer: Overview.Info,
      problems: { 403: ["operator.required"] },
    }),
    async (c) => c.json(await Overview.get(c.var.userId, productNow(), realNow())),
  )
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
  )
  .get(
    "/bookings",
    operation({
      summary: "Bookings that need a person: money that did not move, orders whose outcome is not known",
      query: Booking.AttentionQuery,
      answer: listed(Booking.Attention),
      problems: { 403: ["operator.required"], 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Booking.attention(c.var.userId, c.req.valid("query"), productNow())),
  )
  .get(
    "/imports",
    operation({
      summary: "Runs of the importer, with what became of the rows of the old files and why",
      query: Moved.Imports,
      answer: listed(Moved.ImportRun),
      problems: { 403: ["operator.required"], 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Moved.imports(c.var.userId, c.req.valid("query"))),
  )
  .get(
    "/deliveries",
    operation({
      summary: "Messages that failed or wait, and how the mail does",
      query: Channel.DeliveriesQuery,
      example: { status: "failed", channel: "webhook" },
      answer: listed(Channel.Delivery, { counts: Channel.DeliveryCounts }),
      problems: { 403: ["operator.required"], 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Channel.deliveries(c.var.userId, c.req.valid("query"), productNow())),
  )
  .post(
    "/deliveries/:id{msg_[0-9a-z]{26}}/replay",
    operation({
      summary: "Send a message that failed again, as it was",
      status: 202,
      answer: Channel.Delivery,
      problems: {
        403: ["operator.required"],
        404: ["message.missing"],
        409: ["message.forgotten", "message.unfailed", "channel.off"],
      },
    }),
    async (c) => c.json(await Channel.replayFailed(c.var.userId, c.req.param("id")), 202),
  );
