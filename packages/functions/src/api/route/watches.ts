import { productNow } from "@travel-conductor/core/base/time";
import * as Flight from "@travel-conductor/core/flight";
import * as Watch from "@travel-conductor/core/watch";
import { Hono } from "hono";
import * as v from "valibot";
import { payerOf } from "../caller.ts";
import { storedPreferredOf, withCurrency } from "../currency.ts";
import { withIdempotency } from "../idempotent.ts";
import { NamedWatch, namesOfWatches, withNames } from "../names.ts";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";
import { journey } from "./flights.ts";
import { autoHold } from "./watches/autohold.ts";
import { lifecycle } from "./watches/lifecycle.ts";
import { past } from "./watches/past.ts";
import { watchPath } from "./watches/path.ts";

const { departureDate: _, ...route } = journey;
const missing = { 404: ["watch.missing"] };
const unsold = ["flight.not_sellable", "watch.too_many_fares"];

export const watches = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({
      scope: "read",
      summary: "My watches, newest first or in another order, of some states, places or words",
      query: Watch.List,
      example: { state: ["active", "snoozed"], sort: "departure" },
      answer: listed(Watch.Info, { ...Flight.names, unread: v.number() }),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => {
      const page = await Watch.list(c.var.userId, c.req.valid("query"), productNow());
      return c.json({ ...page, ...(await namesOfWatches(page.items)) });
    },
  )
  .post(
    "/",
    operation({
      scope: "watch",
      summary: "Watch what a journey costs: on its days, in a window of days or on a month's weekends",
      body: Watch.Create,
      /** Weekends of a month, with one airline. */
      get example() {
        const month = journey.departureDate.slice(0, 7);
        const rules = { target: { amount: "60.00", currency: "GBP" } };
        return { ...route, weekendsIn: month, airlines: ["FR"], rules };
      },
      status: 201,
      answer: NamedWatch,
      problems: { 409: ["watch.duplicate", "watch.limit"], 422: ["watch.target", ...unsold] },
    }),
    withIdempotency("wch"),
    async (c) => {
      const { userId, resourceId } = c.var;
      const input = await withCurrency(c.req.valid("json"), () => storedPreferredOf(userId));
      return c.json(await withNames(await Watch.create(userId, input, productNow(), resourceId)), 201);
    },
  )
  .get(
    watchPath,
    operation({ scope: "read", summary: "One of my watches", answer: NamedWatch, problems: missing }),
    async (c) => c.json(await withNames(await Watch.get(c.var.userId, c.req.param("id"), productNow()))),
  )
  .patch(
    watchPath,
    operation({
      scope: "watch",
      summary: "Change a watch's rules, its last day or what is watched",
      body: Watch.Update,
      example: { rules: { target: { amount: "18.50", currency: "GBP" }, drop: null }, bags: 1 },
      answer: NamedWatch,
      problems: {
        ...missing,
        409: ["watch.duplicate", "watch.limit", "watch.ended", "watch.unsold", "watch.busy"],
        422: ["watch.no_rule", "watch.target", ...unsold],
      },
    }),
    async (c) =>
      c.json(await withNames(await Watch.update(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow()))),
  )
  .delete(
    watchPath,
    operation({ scope: "watch", summary: "Forget a watch and its alerts", status: 204, problems: missing }),
    async (c) => {
      await Watch.remove(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  )
  .post(
    `${watchPath}/check`,
    operation({
      scope: "watch",
      summary: "Ask the provider now",
      answer: Watch.Checked,
      problems: {
        ...missing,
        409: ["watch.ended", "watch.busy"],
        429: ["watch.checked", "watch.busy", "limit.searches"],
        503: ["provider.missing"],
      },
    }),
    // Loaded at the first call, because it is rare and loads the whole sweep.
    async (c) => {
      const { check } = await import("@travel-conductor/core/sweep");
      const payer = payerOf(c, c.var);
      return c.json(await check(c.var.userId, c.req.param("id"), productNow(), { payer }));
    },
  )
  .route("/", autoHold)
  .route("/", lifecycle)
  .route("/", past);
