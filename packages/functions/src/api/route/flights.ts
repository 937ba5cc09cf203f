import * as Calendar from "@travel-conductor/core/calendar";
import * as Flight from "@travel-conductor/core/flight";
import * as Insight from "@travel-conductor/core/insight";
import { type Context, Hono, type TypedResponse } from "hono";
import { takes } from "../operation.ts";
import { asking, limited } from "../session.ts";
import { measured } from "../timed.ts";

/** A journey that can be asked about whenever the document is read. */
export const journey = {
  origin: "STN",
  destination: "BGY",
  departureDate: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  currency: "GBP",
};

const { departureDate: _, ...route } = journey;
const stored = { 503: ["service.unavailable", "service.outdated"] };
const failing = { 502: ["flight.provider"], 503: ["flight.busy"], 504: ["flight.timeout"] };

export const flights = new Hono()
  .get(
    "/",
    takes({
      summary: "What flies and what it costs, cheapest first",
      query: Flight.Query,
      example: { ...journey, childAges: [4, 9] },
      answer: Flight.Result,
      problems: { 422: ["flight.not_sellable", "page.cursor"], ...failing },
    }),
    measured,
    asking("search"),
    async (c) => {
      const result = await Flight.search(c.req.valid("query"), new Date(), c.var.ask);
      c.set("freshness", result.freshness);
      return json(c, result);
    },
  )
  .get(
    "/calendar",
    takes({
      summary: "What each day of a month costs at least, as far as it is known",
      query: Calendar.Query,
      example: { ...route, month: journey.departureDate.slice(0, 7), nights: 7 },
      answer: Calendar.Result,
      problems: { 422: ["flight.not_sellable"], ...stored },
    }),
    asking("search"),
    async (c) => c.json(await Calendar.month(c.req.valid("query"), new Date(), c.var.ask)),
  )
  .get(
    "/insight",
    takes({
      summary: "How a journey's price compares with what is usual",
      query: Insight.Query,
      example: { ...journey, price: "24.99" },
      answer: Insight.Result,
      problems: { 422: ["flight.not_sellable"], ...stored },
    }),
    asking("search"),
    async (c) => c.json(await Insight.get(c.req.valid("query"), new Date(), c.var.ask)),
  )
  .get(
    "/offers/:id{ofr_[\\w-]+}",
    takes({
      summary: "What an offer costs now",
      answer: Flight.Confirmed,
      problems: { 404: ["offer.missing"], ...failing },
    }),
    limited("search"),
    async (c) => c.json(await Flight.confirm(c.req.param("id"), new Date())),
  );

/** The texts of pages, which are told again and again: as long as one is, it is the same array. */
const texts = new WeakMap<Flight.Result["items"], string>();

/** As hono's own, but that what has been written once is not written again. */
function json(c: Context, { items, ...rest }: Flight.Result): TypedResponse<Flight.Result, 200, "json"> {
  const text = texts.get(items) ?? JSON.stringify(items);
  texts.set(items, text);
  const type = { "content-type": "application/json" };
  return c.body(`${JSON.stringify(rest).slice(0, -1)},"items":${text}}`, 200, type) as never;
}
