import { sql } from "./db.ts";
import type { Criteria } from "./flight.ts";

export { type Cadence, usual as usualCadence } from "./fare/cadence.ts";
export { baseline, dayOf, low, median, type Seen, usual } from "./fare/history.ts";
export { counted, type Last, last, lead, paying, type Watched, watched } from "./fare/observed.ts";

/** A fare under lease: the question, what its checks so far came to (minor units, UTC), and the fence of the claim. */
export type Claimed = {
  id: string;
  fence: string;
  criteria: Criteria;
  /** Claims in a row that brought no answer, this one included. */
  attempts: number;
  price: number | null;
  highest: number | null;
  doubtful: boolean;
  /** Day (UTC, since 1970) and lowest ok price, oldest first. */
  lows: [day: number, low: number][];
  /** Somebody wants to hear of new lows of this fare. */
  wantsNewLow: boolean;
  /** Somebody wants to hear of lows of its route. */
  wantsRouteLow: boolean;
};

/** Two lines of text for what would be seventeen columns: a batch is thousands of rows, and each value of each is work on the way. */
type Row = { id: string; watched: boolean; fence: string; question: string; past: string };

/** How long a worker may keep a fare (seconds): longer than any batch takes, short enough that a dead worker's fares are soon due again. */
const lease = 120;

/**
 * Takes up to `limit` due fares under a lease, the longest due first. Two workers never hold the same fare, and each
 * claim raises the fence, so that an overtaken worker cannot write. Fares nobody watches any more stop being due, except
 * one whose row was written after this statement began to look: whoever did that may be its first watcher.
 * @returns the fares, and whether more may be due.
 */
export async function claim(at: Date, limit: number): Promise<{ fares: Claimed[]; more: boolean }> {
  const rows = await taken(
    at,
    sql`
      select fares.id,
             exists (select from watch_fares where watch_fares.fare_id = fares.id and watch_fares.live)
               or fares.xmin <> (select seen.xmin from fares as seen where seen.id = fares.id) as watched
        from fares
       where fares.basket is null
         and fares.due_at <= ${at}::timestamptz
         and (fares.claimed_until is null or fares.claimed_until < now())
         and (fares.checked_at is null or fares.checked_at < ${at}::timestamptz)
       order by fares.due_at, fares.id
       limit ${limit}
         for no key update of fares skip locked`,
  );
  return { fares: rows.flatMap((row) => (row.watched ? [shaped(row)] : [])), more: rows.length === limit };
}

/**
 * Takes the one fare of somebody's watch, due or not, unless it was checked in the 10 minutes before `at` or another
 * worker has it now.
 */
export async function claimOf(userId: string, watchId: string, at: Date): Promise<Claimed | undefined> {
  const [row] = await taken(
    at,
    sql`
      select fares.id,
             true as watched
        from fares
        join watch_fares on watch_fares.fare_id = fares.id
        join price_watches on price_watches.id = watch_fares.watch_id
       where price_watches.id = ${watchId}
         and price_watches.user_id = ${userId}
         and price_watches.ended_at is null
         and (fares.claimed_until is null or fares.claimed_until < now())
         and (fares.checked_at is null or fares.checked_at <= ${at}::timestamptz - interval '10 minutes')
       limit 1
         for no key update of fares skip locked`,
  );
  return row && shaped(row);
}

/** Gives back fares that nobody was asked about: they are due again at once. An overtaken worker gives back nothing. */
export async function release(fares: Claimed[]): Promise<void> {
  await sql`
    update fares
       set claimed_until = null,
           attempts = fares.attempts - 1
      from unnest(${fares.map(({ id }) => id)}::text[], ${fares.map(({ fence }) => fence)}::bigint[]) as given (id, fence)
     where fares.id = given.id
       and fares.fence = given.fence`;
}

/** `due` locks the rows it names; the lease runs on Postgres's clock, whatever the workers' clocks say. */
async function taken(at: Date, due: ReturnType<typeof sql>): Promise<Row[]> {
  const rows = await sql`
    with due as materialized (${due})
    update fares
       set claimed_until = case when due.watched then now() + make_interval(secs => ${lease}) end,
           due_at = case when due.watched then least(fares.due_at, ${at}::timestamptz) end,
           attempts = fares.attempts + 1,
           fence = fares.fence + 1
      from due
     where fares.id = due.id
    returning fares.id,
              due.watched,
              fares.fence::text,
              concat_ws(
                ' ',
                fares.origin,
                fares.destination,
                fares.departure_date,
                coalesce(fares.return_date::text, '-'),
                fares.cabin,
                coalesce(fares.max_stops::text, '-'),
                fares.adults,
                fares.infants,
                fares.currency,
                array_to_string(fares.child_ages, ' ')
              ) as question,
              concat_ws(
                ' ',
                fares.attempts,
                coalesce(fares.price::text, '-'),
                coalesce(fares.highest::text, '-'),
                fares.doubtful::int,
                (
                  select coalesce(max(watch_fares.wake_new_low::int), 0) || ' ' || coalesce(max(watch_fares.wake_route_low::int), 0)
                    from watch_fares
                   where watch_fares.fare_id = fares.id
                     and (watch_fares.wake_new_low or watch_fares.wake_route_low)
                ),
                array_to_string(fares.days, ' '),
                array_to_string(fares.day_lows, ' ')
              ) as past`;
  return rows as Row[];
}

function shaped({ id, fence, question, past }: Row): Claimed {
  const [origin, destination, departureDate, returnDate, cabin, maxStops, adults, infants, currency, ...ages] =
    question.split(" ") as [string, string, string, string, Criteria["cabin"], ...string[]];
  const [attempts, price, highest, doubtful, newLow, routeLow, ...lows] = past.split(" ");
  const count = lows.length / 2;
  return {
    id,
    fence,
    attempts: Number(attempts),
    price: numberOf(price),
    highest: numberOf(highest),
    doubtful: doubtful === "1",
    wantsNewLow: newLow === "1",
    wantsRouteLow: routeLow === "1",
    lows: lows.slice(0, count).map((day, at) => [Number(day), Number(lows[count + at])]),
    criteria: {
      origin,
      destination,
      departureDate,
      returnDate: returnDate === "-" ? null : returnDate,
      cabin,
      maxStops: numberOf(maxStops),
      adults: Number(adults),
      childAges: ages.filter(Boolean).map(Number),
      infants: Number(infants),
      currency: currency!,
    },
  };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || text === "-" ? null : Number(text);
}
