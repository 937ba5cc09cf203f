import * as v from "valibot";
import { sql } from "../base/db.ts";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import * as Flight from "../flight.ts";
import * as SellerEvent from "../sellerevent.ts";
import { hint } from "./report.ts";

/** What is read of an event; everything else is read from the order itself. */
const Event = v.object({
  id: v.pipe(v.string(), v.maxLength(200)),
  type: v.string(),
  data: v.object({
    object: v.looseObject({
      id: v.nullish(v.string()),
      order_id: v.nullish(v.string()),
      offer_id: v.nullish(v.string()),
    }),
  }),
});

/**
 * Takes an event of Duffel's: `header` is `X-Duffel-Signature`, `body` the bytes as they came. Each is handled once, and
 * is a hint only: the order that it is about is read.
 * @throws Problem `webhook.secret`, and a failure after which Duffel sends the event again
 */
export async function receive(header: string | undefined, body: Uint8Array, at: Date): Promise<void> {
  if (!(await Flight.isFromDuffel(env.DUFFEL_WEBHOOK_SECRET ?? "", header, body)))
    throw new Problem("auth", "webhook.secret", "This request is not signed by Duffel.");
  const event = v.safeParse(v.pipe(v.string(), v.parseJson(), Event), Buffer.from(body).toString());
  // An event of a kind that we do not know is not sent again.
  if (!event.success || !Flight.hasProvider) return;
  const { id, type, data } = event.output;
  const about = type.startsWith("order.airline_initiated_change") ? "order" : undefined;
  await SellerEvent.once("duffel", id, async () => {
    for (const booking of await bookingsOf(data.object, at)) await hint(booking, at, about);
  });
}

type Told = v.InferOutput<typeof Event>["data"]["object"];

/** The bookings that an order or an offer of the event belongs to, by what we keep of them. */
async function bookingsOf({ id, order_id, offer_id }: Told, at: Date): Promise<string[]> {
  const orders = [id, order_id].flatMap((one) => (one?.startsWith("ord_") ? one : []));
  const rows = await sql`
    select bookings.id
      from bookings
     where bookings.seller_order = any (${orders}::text[])
        or (bookings.step = 'find' and bookings.offer -> 'kept' ->> 'reference' = ${offer_id ?? ""})`;
  if (rows.length > 0) return rows.map(({ id: booking }) => String(booking));
  // One that we wait for, which is not known by its order yet: the order says whose it is.
  const booking = await metadataOf(orders[0], at);
  return booking === undefined ? [] : [booking];
}

async function metadataOf(order: string | undefined, at: Date): Promise<string | undefined> {
  if (order === undefined) return undefined;
  const read = await (await Flight.seller()).get(order, at);
  return read.status === "done" ? read.value.metadata.booking : undefined;
}
