import { productNow } from "@travel-conductor/core/base/time";
import * as Forecast from "@travel-conductor/core/forecast";
import * as Watch from "@travel-conductor/core/watch";
import { Hono } from "hono";
import * as v from "valibot";
import { storedPreferredOf, withCurrency } from "../../currency.ts";
import { limited } from "../../limit.ts";
import { namedPlaces, placesOf } from "../../names.ts";
import { listed, operation } from "../../operation.ts";
import type { SignedIn } from "../../session.ts";
import { journey } from "../flights.ts";
import { watchPath } from "./path.ts";

const missing = { 404: ["watch.missing", "watch.series"], 422: ["page.cursor"] };

/** The past of a watch, and the simulation of a new one. */
export const past = new Hono<SignedIn>()
  .get(
    `${watchPath}/history`,
    operation({
      scope: "read",
      summary: "What it cost, newest first, and where it stands",
      query: Watch.Resolution,
      example: { resolution: "day" },
      answer: Watch.Lookback,
      problems: missing,
    }),
    async (c) => c.json(await Watch.history(c.var.userId, c.req.param("id"), c.req.valid("query"), productNow())),
  )
  .get(
    `${watchPath}/decisions`,
    operation({
      scope: "read",
      summary: "Why it alerted or did not, newest first",
      query: Watch.Decisions,
      example: { fold: true, alerted: false },
      answer: listed(Watch.Judged, {
        previousCursor: v.nullable(v.string()),
        unread: v.number(),
        watch: Watch.Covered,
        ...namedPlaces,
      }),
      problems: missing,
    }),
    limited("decisions"),
    async (c) => {
      const page = await Watch.decisions(c.var.userId, c.req.param("id"), c.req.valid("query"));
      return c.json({ ...page, ...(await placesOf([page.watch])) });
    },
  )
  .get(
    `${watchPath}/insight`,
    operation({
      scope: "read",
      summary: "How its last price compares with those that it found",
      answer: Watch.Compared,
      problems: { 404: ["watch.missing"] },
    }),
    async (c) => c.json(await Watch.insight(c.var.userId, c.req.param("id"), productNow())),
  )
  .get(
    `${watchPath}/forecast`,
    operation({
      scope: "read",
      summary: "How often such a price was lower within 7 days, or why nothing is said",
      answer: Forecast.Result,
      problems: { 404: ["watch.missing"] },
    }),
    async (c) => c.json(await Forecast.forWatch(c.var.userId, c.req.param("id"), productNow())),
  )
  .get(
    `${watchPath}/overview`,
    operation({
      scope: "read",
      summary: "What a screen shows of a watch's past",
      answer: Watch.Overview,
      problems: { 404: ["watch.missing"] },
    }),
    limited("decisions"),
    async (c) => c.json(await Watch.overview(c.var.userId, c.req.param("id"), productNow())),
  )
  .post(
    "/simulate",
    operation({
      scope: "read",
      summary: "What a watch would have told until now",
      body: Watch.Simulate,
      get example() {
        const rules = { target: { amount: "20.00", currency: "GBP" } };
        return { ...journey, rules, variants: [{ target: "18.00" }, { target: "22.00" }] };
      },
      answer: Watch.Simulated,
      problems: { 422: ["watch.target", "flight.not_sellable", "watch.too_many_fares"] },
    }),
    limited("simulation"),
    async (c) => {
      const input = await withCurrency(c.req.valid("json"), () => storedPreferredOf(c.var.userId));
      return c.json(await Watch.simulate(input, productNow()));
    },
  );
