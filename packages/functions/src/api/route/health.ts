import * as Health from "@travel-conductor/core/base/health";
import { Hono } from "hono";
import * as v from "valibot";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

export const health = new Hono().get(
  "/",
  operation({
    summary: "Whether Postgres and Redis answer",
    query: Health.Query,
    answer: v.object({ status: v.literal("ok"), mail: v.nullable(v.picklist(["production", "sandbox"])) }),
    problems: { 503: ["health.unavailable"] },
  }),
  limited("general"),
  async (c) => c.json(await Health.check(c.req.valid("query"))),
);
