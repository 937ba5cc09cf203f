import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import { takes } from "./operation.ts";
import { asking, limited } from "./session.ts";

/** A journey that can be asked about whenever the document is read. */
export const journey = {
  origin: "STN",
  destination: "BGY",
  departureDate: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  currency: "GBP",
};

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
    asking("search"),
    async (c) => c.json(await Flight.search(c.req.valid("query"), new Date(), c.var.ask)),
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
