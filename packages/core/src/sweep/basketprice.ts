import { sql } from "../base/db.ts";
import type { Answer, KeptOffer as FullOffer, Offer, OfferReference } from "../flight.ts";

/** What an offer says besides its price. */
export type Terms = Omit<FullOffer, keyof OfferReference | "total" | "currency">;

/**
 * The part of an offer that the sweep keeps: its reference, the total in minor units, and its terms, which an alert
 * shows. The terms are null for a price that a basket has from an earlier check.
 */
export type KeptOffer = OfferReference & Pick<Offer, "total" | "currency"> & { terms: Terms | null };

/** The price of a fare within a basket: the cheapest offer that meets the basket's wishes, or why there is none. */
export type BasketPrice = { basketId: string; fareId: string; status: Answer["status"]; offer: KeptOffer | null };

/** A fare that is to be priced by this time if it would otherwise be priced later. */
export type SoonerCheck = { fareId: string; dueAt: Date };

/**
 * The part of a check that concerns baskets: whether it is a basket's, its fare's prices in baskets, and the fare to
 * price sooner.
 */
type Sharing = { fareId: string; isBasket: boolean; parts: BasketPrice[]; hastened: SoonerCheck | null };

/**
 * Locks every basket that is written, in the order of their ids, after the watches and before any fare, so that
 * transactions that settle their fares or the baskets at the same time wait and cannot deadlock.
 */
export function lockBaskets(checked: Sharing[], afterWatches: boolean) {
  const ids = checked.flatMap(({ fareId, isBasket, parts }) => [
    ...(isBasket ? [fareId] : []),
    ...parts.map(({ basketId }) => basketId),
  ]);
  return sql`, held as materialized (
      select fares.id
        from fares
       where fares.id = any(${[...new Set(ids)]}::text[])
         ${afterWatches ? sql`and (select count(*) from locked) >= 0` : sql``}
       order by fares.id
         for no key update
    )`;
}

/**
 * Writes the fares' prices in their baskets and marks those baskets as due, except those that were put off: a worker that
 * is judging an older state is overtaken. A failure leaves the last price, an empty answer removes it.
 */
export function writeBasketPrices(at: Date, checked: Sharing[]) {
  const parts = checked.flatMap(({ fareId, parts }) => parts.map((part) => ({ ...part, by: fareId })));
  const hastened = checked.flatMap((fare) => fare.hastened ?? []);
  return sql`, parts as (
      select parts.*
        from unnest(
               ${parts.map((part) => part.by)}::text[],
               ${parts.map((part) => part.basketId)}::text[],
               ${parts.map((part) => part.fareId)}::text[],
               ${parts.map((part) => part.status)}::text[],
               ${parts.map((part) => part.offer?.total ?? null)}::bigint[],
               ${parts.map((part) => part.offer?.provider ?? null)}::text[],
               ${parts.map((part) => part.offer?.reference ?? null)}::text[]
             ) as parts (by_id, basket_id, fare_id, status, price, provider, reference)
        join settled on settled.fare_id = parts.by_id
    ), noted as (
      update basket_fares
         set checked_at = ${at},
             status = parts.status,
             price = case when parts.status = 'ok' then parts.price when parts.status <> 'no_results' then basket_fares.price end,
             priced_at =
               case when parts.status = 'ok' then ${at} when parts.status <> 'no_results' then basket_fares.priced_at end,
             provider = case when parts.status = 'ok' then parts.provider else basket_fares.provider end,
             reference = case when parts.status = 'ok' then parts.reference else basket_fares.reference end
        from parts
       where basket_fares.basket_id = parts.basket_id
         and basket_fares.fare_id = parts.fare_id
    ), marked as (
      update fares
         set due_at =
               case
                 when fares.due_because = 'failure' and fares.due_at > ${at}::timestamptz then fares.due_at
                 else least(fares.due_at, ${at})
               end,
             claimed_until = null,
             fence = fares.fence + 1
       where fares.id in (select parts.basket_id from parts where parts.basket_id <> parts.by_id)
    ), sooner as (
      update fares
         set due_at = hastened.due_at,
             due_because = 'trigger'
        from (
               select fares.id,
                      hastened.due_at
                 from unnest(
                        ${hastened.map(({ fareId }) => fareId)}::text[],
                        ${hastened.map(({ dueAt }) => dueAt.toISOString())}::timestamptz[]
                      ) as hastened (id, due_at)
                 join fares on fares.id = hastened.id
                where fares.due_at > hastened.due_at
                  for no key update of fares skip locked
             ) as hastened
       where fares.id = hastened.id
    )`;
}
