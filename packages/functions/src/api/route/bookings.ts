import { Problem } from "@travel-conductor/core/base/error";
import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Flight from "@travel-conductor/core/flight";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { payerOf } from "../caller.ts";
import { withIdempotency } from "../idempotent.ts";
import { NamedWatch, withNames } from "../names.ts";
import { listed, operation } from "../operation.ts";
import { requireFactor, signedIn } from "../session.ts";

const path = "/:id{bkg_[0-9a-z]{26}}" as const;
const missing = { 404: ["booking.missing"] };
const changing = { ...missing, 409: ["booking.moved", "booking.state", "booking.busy"] };

/** Answers a page that loads nothing but its empty icon, and that nothing keeps. */
function answerPaper(c: Context, { html, styleSource }: Awaited<ReturnType<typeof Booking.itinerary>>) {
  const policy = `default-src 'none'; style-src ${styleSource}; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  return c.html(html, 200, { "content-security-policy": policy, "cache-control": "no-store" });
}

/** A booking costs money: without a key a lost answer could not be told from a booking that was never made. */
const requireKey = createMiddleware(async (c, next) => {
  if (c.req.header("idempotency-key") === undefined) {
    const detail = "is needed: a text of your choice, the same for each try of one booking";
    const errors = [{ pointer: "#Idempotency-Key", detail }];
    throw new Problem("input", "idempotency.key", "The Idempotency-Key is missing.", { errors });
  }
  await next();
});

export const bookings = new Hono()
  .use(signedIn, requireFactor)
  .get(
    "/",
    operation({
      summary: "My bookings: journeys to come, the next first, or past ones, the last first",
      query: Booking.Query,
      example: { when: "upcoming", status: "confirmed" },
      answer: listed(Booking.Listed, Flight.names),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Booking.list(c.var.userId, c.req.valid("query"), productNow())),
  )
  .post(
    "/",
    operation({
      summary: "Book an offer: its flights are sought anew, at its price and for these travelers",
      body: Booking.Create,
      example: {
        offer: "ofr_BXk0",
        travelers: ["tvl_01jd3x7m2k8q4v9w5r6t7y8z9a"],
        paymentMethod: "pmt_01jd3x7m2k8q4v9w5r6t7y8z9b",
        terms: Booking.currentTerms,
      },
      status: 202,
      answer: Booking.Info,
      problems: {
        403: ["booking.unproven"],
        404: ["offer.missing", "traveler.missing", "payment_method.missing"],
        409: ["booking.price", "booking.duplicate", "booking.mode", "traveler.unreadable", "payment_method.expired"],
        410: ["booking.gone"],
        422: ["booking.party", "booking.terms", "booking.hold", "booking.payment", "idempotency.key"],
        429: ["booking.daily", "limit.searches"],
        502: ["flight.provider"],
        503: ["flight.busy", "provider.missing"],
        504: ["flight.timeout"],
      },
    }),
    requireKey,
    withIdempotency("bkg", { sealed: true }),
    async (c) => {
      const { userId, resourceId } = c.var;
      const caller = { payer: async () => payerOf(c, c.var) };
      const made = await Booking.create(userId, c.req.valid("json"), productNow(), caller, resourceId);
      c.header("location", `${c.req.path}/${made.id}`);
      return c.json(made, 202);
    },
  )
  .get(path, operation({ summary: "One of my bookings", answer: Booking.Info, problems: missing }), async (c) =>
    c.json(await Booking.get(c.var.userId, c.req.param("id"), productNow())),
  )
  .post(
    `${path}/pay`,
    operation({
      summary: "Pay for a held booking at the price that I was shown",
      body: Booking.Pay,
      example: {
        paymentMethod: "pmt_01jd3x7m2k8q4v9w5r6t7y8z9b",
        price: { amount: "240.00", currency: "GBP" },
      },
      answer: Booking.Info,
      problems: {
        404: ["booking.missing", "payment_method.missing"],
        409: [...changing[409], "booking.price", "payment_method.expired"],
        502: ["booking.seller"],
      },
    }),
    async (c) => c.json(await Booking.pay(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${path}/confirm-payment`,
    operation({
      summary: "Look at once whether my bank has confirmed the payment",
      answer: Booking.Info,
      problems: changing,
    }),
    async (c) => c.json(await Booking.confirmPayment(c.var.userId, c.req.param("id"), productNow())),
  )
  .post(
    `${path}/cancel`,
    operation({
      summary: "Ask what a cancellation gives back, and where it goes; nothing is cancelled yet",
      answer: Booking.Info,
      problems: { ...changing, 409: [...changing[409], "booking.not_cancellable"], 502: ["booking.seller"] },
    }),
    async (c) => c.json(await Booking.quote(c.var.userId, c.req.param("id"), productNow())),
  )
  .post(
    `${path}/cancel/confirm`,
    operation({
      summary: "Cancel by a quote that I have seen",
      body: Booking.Confirm,
      example: { quote: "ore_00009qzZWzjDipIkqpaUAj" },
      answer: Booking.Info,
      problems: { ...changing, 409: [...changing[409], "booking.quote"] },
    }),
    async (c) => c.json(await Booking.cancel(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${path}/change`,
    operation({
      summary: "Ask for flights on other days, and what the change costs or gives back; nothing is changed yet",
      body: Booking.AskChange,
      example: { departureDate: "2027-03-12" },
      answer: Booking.Info,
      problems: {
        ...changing,
        409: [...changing[409], "booking.not_changeable"],
        422: ["booking.days", "flight.not_sellable"],
        502: ["booking.seller"],
      },
    }),
    async (c) => c.json(await Booking.askChange(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${path}/change/confirm`,
    operation({
      summary: "Change to flights that I was offered, at what I was shown",
      body: Booking.ConfirmChange,
      example: {
        offer: "oco_0000A3vUda8dKRtUSQPSXw",
        charge: { amount: "25.00", currency: "GBP" },
        refund: { amount: "0.00", currency: "GBP" },
      },
      answer: Booking.Info,
      problems: {
        404: ["booking.missing", "payment_method.missing"],
        409: [
          ...changing[409],
          "booking.not_changeable",
          "booking.change_offer",
          "booking.price",
          "payment_method.expired",
        ],
        422: ["booking.payment"],
        502: ["booking.seller"],
      },
    }),
    async (c) => c.json(await Booking.change(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${path}/airline-change/accept`,
    operation({
      summary: "Accept what the airline changed",
      body: Booking.AcceptChange,
      example: { change: "aic_00009qzZWzjDipIkqpaUAj" },
      answer: Booking.Info,
      problems: { ...changing, 409: [...changing[409], "booking.airline_change"] },
    }),
    async (c) => c.json(await Booking.acceptChange(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${path}/watch`,
    operation({
      summary: "Watch the same flights, below what was paid less what a change costs",
      body: Booking.WatchBooked,
      example: { penalty: { amount: "40.00", currency: "GBP" } },
      status: 201,
      answer: NamedWatch,
      problems: {
        ...missing,
        409: ["booking.moved", "watch.duplicate", "watch.limit"],
        422: ["booking.penalty", "flight.not_sellable", "watch.target"],
      },
    }),
    withIdempotency("wch"),
    async (c) => {
      const { userId, resourceId } = c.var;
      const made = await Booking.watch(userId, c.req.param("id"), c.req.valid("json"), productNow(), resourceId);
      c.header("location", `/v1/watches/${made.id}`);
      return c.json(await withNames(made), 201);
    },
  )
  .post(
    `${path}/share`,
    operation({
      summary: "Make a link that shows the flights alone; the one before works no more",
      answer: Booking.Share,
      problems: missing,
    }),
    async (c) => c.json(await Booking.share(c.var.userId, c.req.param("id"))),
  )
  .delete(
    `${path}/share`,
    operation({ summary: "End the link that shows the flights", status: 204, problems: missing }),
    async (c) => {
      await Booking.unshare(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  )
  .get(
    `${path}/calendar.ics`,
    operation({ summary: "The flights of a booking as a calendar", files: "text/calendar", problems: missing }),
    async (c) => {
      const id = c.req.param("id");
      const body = await Booking.calendar(c.var.userId, id, productNow());
      return c.body(body, 200, {
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": `attachment; filename="flights.ics"`,
      });
    },
  )
  .get(
    `${path}/itinerary`,
    operation({
      summary: "The flights of a booking and who flies, as a page to print",
      files: "text/html",
      problems: missing,
    }),
    async (c) => answerPaper(c, await Booking.itinerary(c.var.userId, c.req.param("id"), productNow())),
  )
  .get(
    `${path}/receipt`,
    operation({ summary: "What was paid for a booking, as a page to print", files: "text/html", problems: missing }),
    async (c) => answerPaper(c, await Booking.receipt(c.var.userId, c.req.param("id"), productNow())),
  );
