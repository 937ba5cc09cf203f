import { Problem } from "@travel-conductor/core/base/error";
import { toInfo as toMoney } from "@travel-conductor/core/base/money";
import * as Watch from "@travel-conductor/core/watch";
import type { Client } from "pg";
import { groupBy, importedAs, mergedInto, outcomeOf } from "./fate.ts";
import type { Entry } from "./ledger.ts";
import type { Decided, Given, Run } from "./move.ts";
import type { Losses } from "./person.ts";
import { digestOfValue, isSame } from "./sum.ts";
import type { Written } from "./watchrows.ts";
import type { Wish } from "./wish.ts";

/** A watch that is here: what it wants, as one text, and how it stands. */
export type Known = Kept & { id: string; userId: string; told: number | null };
type Kept = { key: string; isActive: boolean; ended: boolean };

/** Everything that a watch wants, its target included. */
export const keyOf = ({ plan, what, target }: Pick<Written, "plan" | "what" | "target">): string =>
  textOf(plan.fares[0]!, what, target);

type First = Pick<
  Written["plan"]["fares"][number],
  "origin" | "destination" | "departureDate" | "returnDate" | "cabin" | "maxStops" | "adults" | "currency"
>;

/** The first departure of a window moves as days pass: it is no part of what the watch wants. */
function textOf(first: First, what: string | null, target: number): string {
  const { origin, destination, departureDate, returnDate, cabin, maxStops, adults, currency } = first;
  const dates = what === null ? [departureDate, returnDate] : sorted(JSON.parse(what));
  return JSON.stringify([origin, destination, dates, cabin, maxStops, adults, currency, target]);
}

/** The fields of an object, and of those in it, in one order: Postgres has an order of its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .map(([name, part]) => [name, sorted(part)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

const sumOfKept = ({ key, isActive, ended }: Kept): Buffer => digestOfValue({ key, isActive, ended });

/** The digest of how a watch stands once it is written. */
export const sumOfWritten = (value: Written): Buffer =>
  sumOfKept({ key: keyOf(value), isActive: value.isActive, ended: value.isOver });

type Row = Omit<Known, "key"> & First & { what: string | null; target: number | null; isPlain: boolean };

/** The watches of accounts, by their owners. */
export async function readKnown({ reader }: Run, owners: string[]): Promise<Map<string, Known[]>> {
  if (owners.length === 0) return new Map();
  const { rows } = await reader.query<Row>({
    name: "watches",
    text: `select price_watches.id, price_watches.user_id as "userId",
                  price_watches.origin_code as origin, price_watches.destination_code as destination,
                  price_watches.departure_date::text as "departureDate", price_watches.return_date::text as "returnDate",
                  price_watches.class as cabin, price_watches.max_stops as "maxStops", price_watches.adults,
                  price_watches.currency, price_watches.what::text, price_watches.target_price::float8 as target,
                  price_watches.is_active as "isActive", price_watches.ended_at is not null as ended,
                  price_watches.alert_threshold is null and not price_watches.new_low and not price_watches.route_low
                    and price_watches.child_ages = '{}' and price_watches.infants = 0 as "isPlain",
                  (price_watches.state -> 'last' ->> 0)::float8 as told
             from price_watches
            where price_watches.user_id = any ($1::text[])`,
    values: [owners],
  });
  const known = rows.map(({ id, userId, isActive, ended, isPlain, told, what, target, ...first }): Known => {
    // A watch with another rule, or with children, is like none of the old ones.
    const key = isPlain && target !== null ? textOf(first, what, target) : id;
    return { id, userId, isActive, ended, key, told };
  });
  return groupBy(known, ({ userId }) => userId);
}

/**
 * Brings a watch that moved in before to what the file says now, through the same change as its owner's, unless it was
 * changed here. A killed run leaves it as it should be: the next sees that it is.
 */
export async function changeWatch(
  account: string,
  given: Given,
  wish: Wish,
  lost: Losses,
  entry: Entry,
  here: Known | undefined,
  run: Run,
): Promise<Decided<Written>> {
  const { id, row } = given;
  const { at, writer, reader } = run;
  if (entry.fate === "merged") return mergedInto(entry.newId, given, "watch.same");
  if (!here) return { outcome: outcomeOf(id, row, "left", "deleted") };
  if (!isSame(sumOfKept(here), entry.written)) {
    const shown = { isActive: here.isActive, ended: here.ended, wants: here.key };
    return { outcome: { ...outcomeOf(id, row, "kept"), here: shown } };
  }
  if (writer) {
    try {
      if (!here.ended) {
        await Watch.update(account, here.id, changeOf(wish), at);
        await (wish.isActive ? Watch.resume : Watch.pause)(account, here.id, at);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return {
        outcome: { ...outcomeOf(id, row, "kept", error.code), here: { isActive: here.isActive, wants: here.key } },
      };
    }
    await reader.query("update price_watches set updated_at = $2 where id = $1", [here.id, wish.changed]);
    if (wish.told !== null && (here.told === null || wish.told < here.told)) await tellLower(reader, here.id, wish);
  }
  const after = writer ? (await readKnown(run, [account])).get(account)?.find((one) => one.id === here.id) : here;
  return importedAs(here.id, given, lost, sumOfKept(after ?? here));
}

/** The old application told a lower price since: only a fall below that one is told here. */
async function tellLower(client: Client, id: string, { told, changed, target }: Wish): Promise<void> {
  await client.query(
    `with told as (
       update price_watches
          set state = price_watches.state || jsonb_build_object(
                'last', jsonb_build_array($2::bigint, $3::bigint),
                'rules', coalesce(price_watches.state -> 'rules', '{}') || jsonb_build_object(
                  'target', jsonb_build_array(
                    coalesce(price_watches.state #> '{rules,target,0}', '1'),
                    coalesce(price_watches.state #> '{rules,target,1}', '1'), $4::bigint, null)))
        where price_watches.id = $1
       returning price_watches.id, price_watches.version, price_watches.state
     )
     update watch_changes
        set state = told.state
       from told
      where watch_changes.watch_id = told.id
        and watch_changes.version = told.version`,
    [id, told, changed.getTime(), target],
  );
}

/** The change that an owner would make through the API. */
function changeOf({ subject, target }: Wish) {
  const { departureDate, returnDate, departureFrom, departureTo, stayNights, ...rest } = subject;
  const dates = departureDate !== null ? { departureDate, returnDate } : { departureFrom, departureTo, stayNights };
  return { ...rest, ...dates, rules: { target: toMoney(target, subject.currency) } };
}
