import * as Analytics from "@travel-conductor/core/analytics";
import { productNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { lastingAnHour } from "../lasting.ts";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

/** Figures about ourselves that anyone may read. */
export const numbers = new Hono().get(
  "/",
  operation({
    summary: "How often a price was taken back before an alert, and how right the forecast was",
    answer: Analytics.Numbers,
    problems: { 503: ["service.unavailable", "service.outdated"] },
  }),
  limited("general"),
  lastingAnHour,
  async (c) => c.json(await Analytics.numbers(productNow())),
);
