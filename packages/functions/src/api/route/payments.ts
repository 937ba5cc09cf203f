import { Problem } from "@travel-conductor/core/base/error";
import { Page } from "@travel-conductor/core/base/page";
import { realNow } from "@travel-conductor/core/base/time";
import * as Payment from "@travel-conductor/core/payment";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { limited } from "../limit.ts";
import { listed, operation } from "../operation.ts";
import { requireFactor, type SignedIn, signedIn } from "../session.ts";

const path = "/:id{pmt_[0-9a-z]{26}}" as const;
const missing = { 404: ["payment_method.missing"] };

/** A card is only taken from a person that mail reaches, so that stolen numbers are not tried here in numbers. */
const proven = createMiddleware<SignedIn>(async (c, next) => {
  if (!c.var.proven) throw new Problem("forbidden", "user.unproven", "Please prove your e-mail address first.");
  await next();
});

/** Cards. No key opens these routes: none states a scope. */
export const payments = new Hono()
  .use(signedIn, requireFactor)
  .get(
    "/",
    operation({
      summary: "My cards, oldest first",
      query: Page,
      answer: listed(Payment.Info),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Payment.list(c.var.userId, c.req.valid("query"), realNow())),
  )
  .post(
    "/setup",
    operation({
      summary: "Start to add a card",
      answer: Payment.Setup,
      problems: {
        403: ["user.unproven"],
        409: ["payment_method.limit", "payment_method.unavailable"],
        502: ["payment_method.stripe"],
      },
    }),
    limited("cards"),
    proven,
    async (c) => c.json(await Payment.setup(c.var.userId)),
  )
  .post(
    "/setup/:id{seti_[0-9A-Za-z]{1,250}}/finish",
    operation({
      summary: "Keep the card that was given to Stripe",
      answer: Payment.Info,
      problems: {
        404: ["payment_method.setup"],
        409: ["payment_method.unfinished", "payment_method.declined", "payment_method.limit"],
        502: ["payment_method.stripe"],
      },
    }),
    async (c) => c.json(await Payment.finish(c.var.userId, c.req.param("id"), realNow())),
  )
  .get(path, operation({ summary: "One of my cards", answer: Payment.Info, problems: missing }), async (c) =>
    c.json(await Payment.get(c.var.userId, c.req.param("id"), realNow())),
  )
  .patch(
    path,
    operation({
      summary: "Make a card the default",
      body: Payment.Update,
      example: { isDefault: true },
      answer: Payment.Info,
      problems: missing,
    }),
    async (c) => c.json(await Payment.update(c.var.userId, c.req.param("id"), c.req.valid("json"), realNow())),
  )
  .delete(path, operation({ summary: "Remove a card", status: 204, problems: missing }), async (c) => {
    await Payment.remove(c.var.userId, c.req.param("id"));
    return c.body(null, 204);
  });
