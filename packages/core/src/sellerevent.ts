import { sql } from "./base/db.ts";

/** Those that send events: what they sell or take is read from them afterwards. */
export type Seller = "stripe" | "duffel";

/**
 * Runs `work` for an event that was not handled before. An event whose work failed, or died, is handled when its seller
 * sends it again; two deliveries at the same moment may both run it, so `work` must bear a repetition.
 * @returns whether it ran; what `work` throws is thrown on
 */
export async function once(seller: Seller, event: string, work: () => Promise<void>): Promise<boolean> {
  const [row] = await sql`
    insert into seller_events (seller, event)
    values (${seller}, ${event})
    on conflict (seller, event) do update
       set received_at = seller_events.received_at
    returning seller_events.handled_at is not null as "isHandled"`;
  if (row?.isHandled) return false;
  await work();
  await sql`
    update seller_events
       set handled_at = now()
     where seller_events.seller = ${seller}
       and seller_events.event = ${event}`;
  return true;
}
