import * as Help from "@travel-conductor/core/help";
import { Hono } from "hono";
import * as v from "valibot";
import { lastingAnHour } from "../lasting.ts";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

const stored = { 503: ["service.unavailable", "service.outdated"] };

/** Pages of help: what anyone may read. */
export const help = new Hono()
  .get(
    "/",
    operation({
      summary: "All pages of help",
      query: Help.Query,
      answer: v.object({ items: v.array(Help.Listed) }),
      problems: stored,
    }),
    limited("general"),
    lastingAnHour,
    async (c) => c.json(await Help.list(c.req.valid("query"))),
  )
  .get(
    "/:name{[a-z0-9-]+}",
    operation({
      summary: "A page of help",
      query: Help.Query,
      answer: Help.Info,
      problems: { 404: ["help.missing"], ...stored },
    }),
    limited("general"),
    lastingAnHour,
    async (c) => c.json(await Help.get(c.req.param("name"), c.req.valid("query"))),
  );
