import { addDays } from "../../base/day.ts";
import { type Fragment, sql, utc } from "../../base/db.ts";
import { calendarFile, calendarMoment, calendarText } from "../../base/feedtext.ts";
import { amount } from "../words/format.ts";
import { wordsIn } from "../words.ts";
import type { FeedChannel } from "./shape.ts";
import { feedWordsIn } from "./words.ts";

/** How long an ended watch stays in the calendar (days). */
const keptFor = 30;

/** A watch in a calendar. Days are `YYYY-MM-DD`, amounts in minor units, instants UTC (RFC 3339). */
export type Dated = {
  id: string;
  origin: string;
  destination: string;
  departureDate: string;
  returnDate: string | null;
  price: number | null;
  target: number | null;
  currency: string;
  isActive: boolean;
  pricedAt: string | null;
  createdAt: string;
  /** When anything of it changed last. */
  changedAt: string;
  endsAt: string | null;
  endedAt: string | null;
};

/**
 * Selects the watches that the calendar which is on under this token shows, soonest first: those that are not over, and
 * those that ended in the last 30 days. The journey is the cheapest one of several, and else the first.
 */
export const selectDated = (tokenHash: string, at: Date): Fragment => sql`
    select price_watches.id,
           coalesce(cheapest.origin, price_watches.origin_code) as origin,
           coalesce(cheapest.destination, price_watches.destination_code) as destination,
           coalesce(cheapest.departure_date, price_watches.departure_date)::text as "departureDate",
           (case when cheapest.id is null then price_watches.return_date else cheapest.return_date end)::text
             as "returnDate",
           fares.price::float8,
           price_watches.target_price::float8 as target,
           price_watches.currency,
           price_watches.is_active as "isActive",
           ${utc(sql`fares.priced_at`)} as "pricedAt",
           ${utc(sql`price_watches.created_at`)} as "createdAt",
           ${utc(sql`greatest(price_watches.created_at, price_watches.updated_at, fares.priced_at)`)} as "changedAt",
           ${utc(sql`price_watches.ends_at`)} as "endsAt",
           ${utc(sql`price_watches.ended_at`)} as "endedAt"
      from channels
      join price_watches on price_watches.user_id = channels.user_id
      join watch_fares on watch_fares.watch_id = price_watches.id
      join fares on fares.id = watch_fares.fare_id
      left join lateral (
             select part.id,
                    part.origin,
                    part.destination,
                    part.departure_date,
                    part.return_date
               from basket_fares
               join fares as part on part.id = basket_fares.fare_id
              where fares.basket is not null
                and basket_fares.basket_id = fares.id
                and basket_fares.price = fares.price
              order by part.id
              limit 1
           ) as cheapest on true
     where channels.token_hash = ${tokenHash}
       and channels.kind = 'calendar'
       and channels.status = 'on'
       and (price_watches.channels is null or channels.id = any(price_watches.channels))
       and coalesce(price_watches.ended_at > ${at}::timestamptz - ${keptFor} * interval '1 day', true)
     order by price_watches.departure_date, price_watches.id`;

/**
 * A calendar (RFC 5545): each watch on its departure day with the newest price, and its end as a moment in UTC. An event
 * keeps its UID; SEQUENCE counts the minutes from the making of a watch to its last change, so that it only grows.
 */
export function calendar({ name, language }: FeedChannel, watches: Dated[], app: string): string {
  const { locale } = wordsIn(language);
  const words = feedWordsIn(locale);
  const title = calendarText(name ?? words.watches);
  return calendarFile("Watches", [
    `NAME:${title}`,
    `X-WR-CALNAME:${title}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    "X-PUBLISHED-TTL:PT6H",
    ...watches.flatMap((watch) => [
      ...(watch.endedAt === null ? departure(watch, locale, app) : []),
      ...end(watch, locale, app),
    ]),
  ]);
}

function departure(watch: Dated, locale: string, app: string): string[] {
  const { departureDate, price, target, currency, pricedAt, isActive } = watch;
  const words = feedWordsIn(locale);
  const cost = price === null ? undefined : amount(price, currency, locale);
  const told = [
    cost === undefined || pricedAt === null ? words.none : words.price(cost, momentIn(pricedAt, locale)),
    ...(target === null ? [] : [words.target(amount(target, currency, locale))]),
    ...(isActive ? [] : [words.paused]),
  ];
  return event(watch, "departure", app, [
    `DTSTART;VALUE=DATE:${dateOf(departureDate)}`,
    `DTEND;VALUE=DATE:${dateOf(addDays(departureDate, 1))}`,
    `SUMMARY:${calendarText(cost === undefined ? routeOf(watch) : `${routeOf(watch)}: ${cost}`)}`,
    `DESCRIPTION:${calendarText(told.join("\n"))}`,
  ]);
}

function end(watch: Dated, locale: string, app: string): string[] {
  const { endsAt, endedAt } = watch;
  const words = feedWordsIn(locale);
  const at = endedAt ?? endsAt;
  if (at === null) return [];
  const summary = endedAt === null ? words.ends(routeOf(watch)) : words.ended(routeOf(watch));
  return event(watch, "end", app, [`DTSTART:${calendarMoment(at)}`, `SUMMARY:${calendarText(summary)}`]);
}

function event(watch: Dated, what: string, app: string, lines: string[]): string[] {
  const changed = Date.parse(watch.changedAt);
  return [
    "BEGIN:VEVENT",
    `UID:${watch.id}.${what}@travel-conductor`,
    `DTSTAMP:${calendarMoment(watch.changedAt)}`,
    `LAST-MODIFIED:${calendarMoment(watch.changedAt)}`,
    `SEQUENCE:${Math.max(0, Math.floor((changed - Date.parse(watch.createdAt)) / 60_000))}`,
    ...lines,
    `URL:${new URL(`/watches/${watch.id}`, app).href}`,
    "TRANSP:TRANSPARENT",
    "CLASS:PRIVATE",
    "END:VEVENT",
  ];
}

const routeOf = ({ origin, destination }: Dated) => `${origin} – ${destination}`;
const dateOf = (day: string) => day.replaceAll("-", "");

function momentIn(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(at),
  );
}
