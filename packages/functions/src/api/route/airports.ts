import * as Airport from "@travel-conductor/core/airport";
import { Hono } from "hono";
import * as v from "valibot";
import { takes } from "../operation.ts";
import { limited } from "../session.ts";

export const airports = new Hono().get(
  "/",
  takes({
    summary: "Airports by code, city or name, best first",
    query: Airport.Search,
    example: { q: "lon" },
    answer: v.object({ items: v.array(Airport.Info) }),
  }),
  limited("general"),
  async (c) => c.json(await Airport.search(c.req.valid("query"))),
);
