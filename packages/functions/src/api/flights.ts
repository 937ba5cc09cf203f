import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import { takes } from "./operation.ts";

export const flights = new Hono().get(
  "/",
  takes({
    summary: "What flies and what it costs, cheapest first",
    query: Flight.Query,
    example: { origin: "STN", destination: "BGY", departureDate: "2027-06-16", childAges: [4, 9], currency: "GBP" },
    answer: Flight.Result,
    problems: [502, 503, 504],
  }),
  async (c) => c.json(await Flight.search(c.req.valid("query"), new Date())),
);
