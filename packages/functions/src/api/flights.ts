import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import { takes } from "./operation.ts";
import { asking } from "./session.ts";

/** A journey that can be asked about whenever the document is read. */
export const journey = {
  origin: "STN",
  destination: "BGY",
  departureDate: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  currency: "GBP",
};

export const flights = new Hono().get(
  "/",
  takes({
    summary: "What flies and what it costs, cheapest first",
    query: Flight.Query,
    example: { ...journey, childAges: [4, 9] },
    answer: Flight.Result,
    problems: {
      422: ["flight.not_sellable", "page.cursor"],
      502: ["flight.provider"],
      503: ["flight.busy"],
      504: ["flight.timeout"],
    },
  }),
  asking("search"),
  async (c) => c.json(await Flight.search(c.req.valid("query"), new Date(), c.var.ask)),
);
