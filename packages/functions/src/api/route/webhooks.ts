import { Problem } from "@travel-conductor/core/base/error";
import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Channel from "@travel-conductor/core/channel";
import * as Payment from "@travel-conductor/core/payment";
import { Hono } from "hono";
import type { Bytes } from "../guard.ts";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

/** Calls of other services. Each proves itself by a secret of its own, before its body is read. */
export const webhooks = new Hono<Bytes>()
  .post(
    "/duffel",
    operation({
      summary: "An event of Duffel, from Duffel alone",
      status: 204,
      problems: { 401: ["webhook.secret"] },
    }),
    limited("general"),
    async (c) => {
      await Booking.receive(c.req.header("x-duffel-signature"), c.var.bytes, productNow());
      return c.body(null, 204);
    },
  )
  .post(
    "/telegram",
    operation({
      summary: "An update of the Telegram bot, from Telegram alone",
      answer: Channel.BotAnswer,
      problems: { 400: ["request.unreadable"], 401: ["webhook.secret"] },
    }),
    limited("general"),
    async (c) =>
      c.json(await Channel.telegram(c.req.header("x-telegram-bot-api-secret-token"), () => json(c.var.bytes))),
  )
  .post(
    "/stripe",
    operation({ summary: "An event of Stripe, from Stripe alone", status: 204, problems: { 401: ["webhook.secret"] } }),
    limited("general"),
    async (c) => {
      const onPayment = ({ booking, about }: Payment.Hint) => Booking.hint(booking, productNow(), about);
      await Payment.receive(c.req.header("stripe-signature"), c.var.bytes, onPayment);
      return c.body(null, 204);
    },
  );

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    const errors = [{ pointer: "", detail: "is not JSON in UTF-8" }];
    throw new Problem("input", "request.unreadable", "The body is not JSON.", { errors, cause });
  }
}
