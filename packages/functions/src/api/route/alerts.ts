import * as Alert from "@travel-conductor/core/alert";
import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import { payerOf } from "../caller.ts";
import { NamedAlert, namedPlaces, namesOfAlert, placesOfAlerts } from "../names.ts";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";

export const alerts = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({
      scope: "read",
      summary: "My alerts, newest first: all, the unread ones, or those of a watch, a rule or a time",
      query: Alert.List,
      example: { unread: true, rule: ["target", "drop"] },
      answer: listed(Alert.Info, { ...namedPlaces, ...Alert.Unread.entries }),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => {
      const page = await Alert.list(c.var.userId, c.req.valid("query"));
      return c.json({ ...page, ...(await placesOfAlerts(page.items)) });
    },
  )
  .get(
    "/unread",
    operation({ scope: "read", summary: "How many of my alerts are unread", answer: Alert.Unread }),
    async (c) => c.json(await Alert.unread(c.var.userId)),
  )
  .post(
    "/read",
    operation({
      scope: "watch",
      summary: "Mark all alerts read that I was shown",
      body: Alert.ReadAll,
      example: { until: "2026-11-26T08:00:00.000Z" },
      answer: Alert.Unread,
    }),
    async (c) => c.json(await Alert.readAll(c.var.userId, c.req.valid("json"), productNow())),
  )
  .get(
    "/:id{alr_[0-9a-z]{26}}",
    operation({
      scope: "read",
      summary: "One of my alerts, with the flights whose price it was",
      answer: NamedAlert,
      problems: { 404: ["alert.missing"] },
    }),
    async (c) => {
      const alert = await Alert.get(c.var.userId, c.req.param("id"));
      return c.json({ ...alert, ...(await namesOfAlert(alert)) });
    },
  )
  .get(
    "/:id{alr_[0-9a-z]{26}}/offers",
    operation({
      summary: "What can be booked of an alert now, sought anew for its watch",
      answer: Flight.Result,
      problems: {
        404: ["alert.missing"],
        422: ["flight.not_sellable"],
        429: ["limit.searches"],
        502: ["flight.provider"],
        503: ["flight.busy", "provider.missing"],
        504: ["flight.timeout"],
      },
    }),
    async (c) => {
      const caller = { payer: async () => payerOf(c, c.var) };
      return c.json(await Booking.offersOf(c.var.userId, c.req.param("id"), productNow(), caller));
    },
  )
  .patch(
    "/:id{alr_[0-9a-z]{26}}",
    operation({
      scope: "watch",
      summary: "Mark an alert read or unread",
      body: Alert.Update,
      example: { read: true },
      answer: Alert.Info,
      problems: { 404: ["alert.missing"] },
    }),
    async (c) => c.json(await Alert.update(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  );
