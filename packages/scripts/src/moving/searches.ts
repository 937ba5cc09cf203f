import * as Analytics from "@travel-conductor/core/analytics";
import { addDays, startOfMonth } from "@travel-conductor/core/base/day";
import { stableId } from "@travel-conductor/core/base/id";
import * as Money from "@travel-conductor/core/base/money";
import {
  amountOf,
  between,
  type Cell,
  cabinOf,
  currencyOf,
  dayOf,
  isMissing,
  jsonOf,
  momentOf,
  placeOf,
  wordOf,
} from "./cell.ts";
import { changedIds, importedAs, isUnchanged, outcomeOf } from "./fate.ts";
import type { Row } from "./file.ts";
import { type Entry, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { ownerOf, withOwners } from "./owner.ts";
import { Losses } from "./person.ts";

type Search = {
  id: string;
  legacyId: string;
  userId: string | null;
  at: string;
  origin: string;
  destination: string;
  departureDate: string | null;
  returnDate: string | null;
  adults: number | null;
  childAges: "{}" | null;
  infants: number | null;
  passengers: number | null;
  cabin: string | null;
  currency: string | null;
  results: number | null;
  cheapest: number | null;
};

/** Whether each search that is here has a user. */
type Here = Map<string, boolean>;

export const searches: Mover<Search, Here> = {
  source: "searches",
  rows: (old) => old.rows(withOwners(old, "searches", "searched_at")),
  look: (given, entries, run) => ownedOf(changedIds(given, entries), run),
  decide,
  statements: (writes) => [insert(writes.map(({ value }) => value))],
};

async function decide(
  given: Given[],
  entries: Map<string, Entry>,
  here: Here,
  { at }: Run,
): Promise<Decided<Search>[]> {
  return given.map((one): Decided<Search> => {
    const { id, row, read } = one;
    const entry = entries.get(id);
    if (isUnchanged(entry, read)) return { outcome: outcomeOf(id, row, "unchanged") };
    // A search that its owner had forgotten stays here without an account.
    const isHere = entry && (here.get(entry.newId) || (here.has(entry.newId) && !("account" in ownerOf(row))));
    if (entry && !isHere) return { outcome: outcomeOf(id, row, "left", "deleted") };
    const lost = new Losses();
    const value = searchOf(id, row, at, lost);
    if (typeof value === "string") {
      const isLeft = value === "month" || value === "deleted";
      return { outcome: outcomeOf(id, row, isLeft ? "left" : "rejected", value) };
    }
    return { ...importedAs(value.id, one, lost, read), write: { value, isNew: !entry } };
  });
}

async function ownedOf(ids: string[], { reader }: Run): Promise<Here> {
  if (ids.length === 0) return new Map();
  const { rows } = await reader.query<{ id: string; owned: boolean }>(
    `select search_analytics.id, search_analytics.user_id is not null as owned
       from search_analytics
      where search_analytics.id = any ($1::text[])`,
    [ids],
  );
  return new Map(rows.map(({ id, owned }) => [id, owned]));
}

function searchOf(id: string, row: Row, at: Date, lost: Losses): Search | string {
  const owner = ownerOf(row);
  if ("fate" in owner && owner.fate !== "gone") return owner.why[0]!;
  const [origin, destination, moment] = [placeOf(row.origin), placeOf(row.destination), momentOf(row.searched_at)];
  if (!origin || !destination) return "place";
  if (!moment) return "moment";
  if (moment.getTime() < startOfMonth(at, -Analytics.monthsKept)) return "month";
  if ("fate" in owner) lost.why.push("owner.gone");
  const departureDate = dayOf(wordOf(row.depart_date)) ?? null;
  let returnDate = dayOf(wordOf(row.return_date)) ?? null;
  if (returnDate !== null && (departureDate === null || returnDate < addDays(departureDate, -1))) returnDate = null;
  if (departureDate === null) lost.add("day.unclear", "depart_date", row.depart_date);
  if (returnDate === null && !isMissing(row.return_date)) lost.add("day.unclear", "return_date", row.return_date);
  const count = (column: string, least: number) => {
    const found = between(row[column], least, 9);
    if (found === undefined) lost.add("party.unclear", column, row[column]);
    return found ?? null;
  };
  const [adults, children, infants] = [count("adults", 1), count("children", 0), count("infants", 0)];
  const isWhole = adults !== null && children !== null && infants !== null;
  const cabin = cabinOf(row.cabin_class) ?? null;
  if (cabin === null && !isMissing(row.cabin_class)) lost.add("cabin.unclear", "cabin_class", row.cabin_class);
  const results = between(row.result_count, 0, 2_147_483_647) ?? null;
  if (results === null && !isMissing(row.result_count)) lost.add("results.unclear", "result_count", row.result_count);
  const currency = currencyOf(row.currency, Money.former);
  const range = jsonOf(row.price_range) as { min?: Cell } | null | undefined;
  const least = typeof range?.min === "number" || typeof range?.min === "string" ? range.min : undefined;
  const cheapest = currency && least !== undefined ? amountOf(least, currency) : undefined;
  if (cheapest === undefined && range !== null && !isMissing(row.price_range))
    lost.add("price.unclear", "price_range", row.price_range);
  return {
    id: stableId("sch", moment, `searches ${id}`),
    legacyId: id,
    userId: "account" in owner ? owner.account : null,
    at: moment.toISOString(),
    origin,
    destination,
    departureDate,
    returnDate,
    adults,
    childAges: children === 0 ? "{}" : null,
    infants,
    passengers: isWhole ? adults + children + infants : null,
    cabin,
    currency: cheapest === undefined ? null : currency!,
    results,
    cheapest: cheapest ?? null,
  };
}

/** A search that is here already is written over: it keeps its user, or none where the account was deleted. */
function insert(list: Search[]) {
  return {
    text: `insert into search_analytics
             (id, legacy_id, user_id, created_at, origin_code, destination_code, departure_date, return_date, adults,
              child_ages, infants, passenger_count, class, currency, status, results_count, cheapest)
           select id, legacy_id, user_id, at, origin, destination, departure, back, adults, child_ages::smallint[], infants,
                  passengers, cabin, currency, case when results > 0 then 'ok' end, results, cheapest
             from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::date[],
                  $8::date[], $9::smallint[], $10::text[], $11::smallint[], $12::smallint[], $13::text[], $14::text[],
                  $15::integer[], $16::bigint[])
                  as search (id, legacy_id, user_id, at, origin, destination, departure, back, adults, child_ages, infants,
                             passengers, cabin, currency, results, cheapest)
           on conflict (id, created_at) do update
              set (departure_date, return_date, adults, child_ages, infants, passenger_count, class, currency, status,
                   results_count, cheapest) =
                  (excluded.departure_date, excluded.return_date, excluded.adults, excluded.child_ages, excluded.infants,
                   excluded.passenger_count, excluded.class, excluded.currency, excluded.status, excluded.results_count,
                   excluded.cheapest)`,
    values: toColumns(
      list,
      ...([
        "id",
        "legacyId",
        "userId",
        "at",
        "origin",
        "destination",
        "departureDate",
        "returnDate",
        "adults",
        "childAges",
        "infants",
        "passengers",
        "cabin",
        "currency",
        "results",
        "cheapest",
      ] as const),
    ),
  };
}
