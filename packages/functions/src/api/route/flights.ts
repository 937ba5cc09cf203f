import { productNow } from "@travel-conductor/core/base/time";
import * as Calendar from "@travel-conductor/core/calendar";
import * as Flight from "@travel-conductor/core/flight";
import * as Forecast from "@travel-conductor/core/forecast";
import * as Insight from "@travel-conductor/core/insight";
import { Hono } from "hono";
import { askingRedis } from "../askredis.ts";
import { withCurrency } from "../currency.ts";
import { operation } from "../operation.ts";
import { sendPage } from "../pagejson.ts";
import { served } from "../served.ts";
import { timed } from "../timed.ts";

/** A journey that can be searched whenever the document is read: examples are made anew with each. */
export const journey = {
  origin: "STN",
  destination: "BGY",
  get departureDate() {
    return new Date(productNow().getTime() + 90 * 86_400_000).toISOString().slice(0, 10);
  },
  currency: "GBP",
};

const { departureDate: _, ...route } = journey;
const stored = { 503: ["service.unavailable", "service.outdated"] };
const asking = { 503: [...stored[503], "provider.missing"] };
const failing = {
  429: ["limit.searches"],
  502: ["flight.provider"],
  503: ["flight.busy", "provider.missing"],
  504: ["flight.timeout"],
};

export const flights = new Hono()
  .get(
    "/",
    operation({
      session: "optional",
      scope: "read",
      summary: "What flies and what it costs, cheapest first",
      query: Flight.Query,
      get example() {
        return { ...journey };
      },
      answer: Flight.Result,
      problems: { 422: ["flight.not_sellable", "page.cursor"], ...failing },
    }),
    timed,
    served("Searches"),
    askingRedis("search"),
    async (c) => {
      const result = await Flight.search(
        await withCurrency(c.req.valid("query"), c.var.preferredCurrency),
        productNow(),
        c.var.caller,
      );
      c.set("freshness", result.freshness);
      return sendPage(c, result);
    },
  )
  .get(
    "/calendar",
    operation({
      session: "optional",
      scope: "read",
      summary: "What each day of a month costs at least, as far as it is known",
      query: Calendar.Query,
      get example() {
        return { ...route, month: journey.departureDate.slice(0, 7), nights: 7 };
      },
      answer: Calendar.Result,
      problems: { 422: ["flight.not_sellable"], ...asking },
    }),
    askingRedis("calendar"),
    async (c) =>
      c.json(
        await Calendar.month(
          await withCurrency(c.req.valid("query"), c.var.preferredCurrency),
          productNow(),
          c.var.caller,
        ),
      ),
  )
  .get(
    "/calendar/grid",
    operation({
      session: "optional",
      scope: "read",
      summary: "What the days around a departure and a return cost at least, as far as it is known",
      query: Calendar.GridQuery,
      get example() {
        const returnDate = new Date(Date.parse(journey.departureDate) + 7 * 86_400_000).toISOString().slice(0, 10);
        return { ...journey, returnDate, spread: 2 };
      },
      answer: Calendar.GridResult,
      problems: { 422: ["flight.not_sellable"], ...asking },
    }),
    askingRedis("calendar"),
    async (c) =>
      c.json(
        await Calendar.grid(
          await withCurrency(c.req.valid("query"), c.var.preferredCurrency),
          productNow(),
          c.var.caller,
        ),
      ),
  )
  .get(
    "/insight",
    operation({
      session: "optional",
      scope: "read",
      summary: "How a journey's price compares with what is usual",
      query: Insight.Query,
      get example() {
        return { ...journey, price: "24.99" };
      },
      answer: Insight.Result,
      problems: { 422: ["flight.not_sellable"], ...stored },
    }),
    askingRedis("insight"),
    async (c) =>
      c.json(
        await Insight.get(
          await withCurrency(c.req.valid("query"), c.var.preferredCurrency),
          productNow(),
          c.var.caller,
        ),
      ),
  )
  .get(
    "/forecast",
    operation({
      session: "optional",
      scope: "read",
      summary: "How often such a price was lower within 7 days, or why nothing is said",
      query: Forecast.Query,
      get example() {
        return { ...journey };
      },
      answer: Forecast.Result,
      problems: { 422: ["flight.not_sellable"], ...stored },
    }),
    askingRedis("insight"),
    async (c) =>
      c.json(
        await Forecast.ask(
          await withCurrency(c.req.valid("query"), c.var.preferredCurrency),
          productNow(),
          c.var.caller,
        ),
      ),
  )
  .get(
    "/offers/:id{ofr_[\\w-]+}",
    operation({
      session: "optional",
      scope: "read",
      summary: "What an offer costs now",
      answer: Flight.Confirmed,
      problems: { 404: ["offer.missing"], ...failing },
    }),
    askingRedis("search"),
    async (c) => c.json(await Flight.confirm(c.req.param("id"), productNow(), c.var.caller)),
  );
