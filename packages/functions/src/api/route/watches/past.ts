import * as Watch from "@travel-conductor/core/watch";
import { Hono } from "hono";
import { listed, takes } from "../../operation.ts";
import { limited, type Signed } from "../../session.ts";
import { journey } from "../flights.ts";

const id = "/:id{wch_[0-9a-z]{26}}";
const missing = { 404: ["watch.missing", "watch.series"], 422: ["page.cursor"] };

/** What became of a watch, and what would become of one. */
export const past = new Hono<Signed>()
  .get(
    `${id}/history`,
    takes({
      summary: "What it cost, newest first, and where it stands",
      query: Watch.Resolution,
      example: { resolution: "day" },
      answer: Watch.Lookback,
      problems: missing,
    }),
    async (c) => c.json(await Watch.history(c.var.userId, c.req.param("id"), c.req.valid("query"), new Date())),
  )
  .get(
    `${id}/decisions`,
    takes({
      summary: "Why it alerted or did not, newest first",
      query: Watch.Series,
      answer: listed(Watch.Judged),
      problems: missing,
    }),
    limited("search"),
    async (c) => c.json(await Watch.decisions(c.var.userId, c.req.param("id"), c.req.valid("query"))),
  )
  .post(
    "/simulate",
    takes({
      summary: "What a watch would have told until now",
      body: Watch.Create,
      example: { ...journey, targetPrice: "20.00" },
      answer: Watch.Simulated,
      problems: { 422: ["flight.not_sellable", "watch.too_many_fares"] },
    }),
    limited("search"),
    async (c) => c.json(await Watch.simulate(c.req.valid("json"), new Date())),
  );
