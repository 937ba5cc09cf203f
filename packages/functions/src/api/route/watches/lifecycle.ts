import { productNow } from "@travel-conductor/core/base/time";
import * as Watch from "@travel-conductor/core/watch";
import { Hono } from "hono";
import { NamedWatch, withNames } from "../../names.ts";
import { operation } from "../../operation.ts";
import type { SignedIn } from "../../session.ts";
import { watchPath } from "./path.ts";

const problems = { 404: ["watch.missing"], 409: ["watch.ended", "watch.busy"] };

/** The life cycle of a watch, with a session. */
export const lifecycle = new Hono<SignedIn>()
  .post(
    `${watchPath}/snooze`,
    operation({
      scope: "watch",
      summary: "Keep a watch from alerting for some days, or until a day begins",
      body: Watch.Snooze,
      example: { days: 7 },
      answer: NamedWatch,
      problems: { ...problems, 422: ["watch.snooze"] },
    }),
    async (c) =>
      c.json(await withNames(await Watch.snooze(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow()))),
  )
  .delete(
    `${watchPath}/snooze`,
    operation({ scope: "watch", summary: "Wake a snoozed watch", answer: NamedWatch, problems }),
    async (c) => c.json(await withNames(await Watch.unsnooze(c.var.userId, c.req.param("id"), productNow()))),
  )
  .post(
    `${watchPath}/pause`,
    operation({ scope: "watch", summary: "Pause a watch", answer: NamedWatch, problems }),
    async (c) => c.json(await withNames(await Watch.pause(c.var.userId, c.req.param("id"), productNow()))),
  )
  .post(
    `${watchPath}/resume`,
    operation({
      scope: "watch",
      summary: "Resume a paused watch",
      answer: NamedWatch,
      problems: { ...problems, 409: [...problems[409], "watch.unsold", "watch.limit"] },
    }),
    async (c) => c.json(await withNames(await Watch.resume(c.var.userId, c.req.param("id"), productNow()))),
  )
  .post(
    `${watchPath}/booked`,
    operation({
      scope: "watch",
      summary: "End a watch that was booked, or go on watching below the price paid",
      body: Watch.Booked,
      example: { pricePaid: { amount: "19.50", currency: "GBP" } },
      answer: NamedWatch,
      problems: { ...problems, 409: [...problems[409], "watch.duplicate"], 422: ["watch.target"] },
    }),
    async (c) =>
      c.json(
        await withNames(await Watch.markBooked(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
      ),
  );
