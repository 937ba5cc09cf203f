import * as Airport from "@travel-conductor/core/airport";
import { Hono } from "hono";
import * as v from "valibot";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

export const airports = new Hono().get(
  "/",
  operation({
    summary: "Airports by code, city or name, best first",
    query: Airport.Search,
    example: { q: "lon" },
    answer: v.object({ items: v.array(Airport.Info) }),
  }),
  limited("general"),
  async (c) => c.json(await Airport.search(c.req.valid("query"))),
);
