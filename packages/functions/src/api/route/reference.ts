import * as Airline from "@travel-conductor/core/airline";
import * as Airport from "@travel-conductor/core/airport";
import * as Money from "@travel-conductor/core/base/money";
import * as Flight from "@travel-conductor/core/flight";
import { Hono } from "hono";
import * as v from "valibot";
import { lasting } from "../lasting.ts";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

/** Data that anyone may read and that change with a deploy at most. */
export const airports = new Hono().get(
  "/",
  operation({
    summary: "Airports by code, city or name, best first",
    query: Airport.Search,
    example: { q: "lon" },
    answer: v.object({ items: v.array(Airport.Info) }),
  }),
  limited("general"),
  lasting,
  async (c) => c.json(await Airport.search(c.req.valid("query"))),
);

export const airlines = new Hono().get(
  "/",
  operation({
    summary: "Airlines with their names, by code",
    query: Airline.Search,
    example: { codes: ["BA", "FR"] },
    answer: v.object({ items: v.array(Airline.Info) }),
  }),
  limited("general"),
  lasting,
  async (c) => c.json(await Airline.search(c.req.valid("query"))),
);

const Currency = v.object({
  code: v.string(),
  decimals: v.number(),
  sold: v.boolean(),
});

export const currencies = new Hono().get(
  "/",
  operation({
    summary: "Currencies, with the number of decimals of an amount",
    answer: v.object({ items: v.array(Currency) }),
  }),
  limited("general"),
  lasting,
  (c) => {
    const { currencies: sold } = Flight.provider;
    return c.json({ items: Money.currencies().map((one) => ({ ...one, sold: sold?.has(one.code) ?? true })) });
  },
);
