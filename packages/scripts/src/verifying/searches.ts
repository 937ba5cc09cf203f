import {
  amountOf,
  cabinOf,
  currencyOf,
  dayOf,
  daysFrom,
  idOf,
  jsonOf,
  momentOf,
  placeOf,
  replaced,
  wholeOf,
} from "./cell.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import type { Context } from "./context.ts";
import { rowsOf } from "./latest.ts";
import type { OldRow } from "./old.ts";
import { type Owner, ownersOf } from "./owner.ts";
import { givenOf } from "./person.ts";
import { utc } from "./users.ts";

/** How many months are kept beside the one of the import. */
const keptMonths = 13;

/** Compares the searches of the months that are kept. */
export function verifySearches(context: Context): Promise<void> {
  const excuse = async ({ id }: Expected) => {
    const { forgets } = context.old.one("select forgets from forgetful where id = ?", [id]);
    return forgets === 1 ? "its owner had its searches forgotten" : undefined;
  };
  const first = firstKept(context);
  const leave = async (id: string) => {
    const { rows } = await context.here.query(
      "select created_at < $2::timestamptz as past from search_analytics where id = $1",
      [id, first],
    );
    return rows[0]?.past ? "of a month that was still kept when it was imported" : undefined;
  };
  context.old.note("create table forgetful (id text primary key, forgets int)");
  const table = {
    table: "search_analytics",
    money: "cheapest",
    read: (ids: string[]) => read(context, ids),
    excuse,
    leave,
  };
  return compare(context, table, expected(context));
}

/** The first moment of the months that are kept at the last import. */
function firstKept({ at }: Context): string {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - keptMonths)).toISOString();
}

function* expected(context: Context): Generator<Expected> {
  const { ofUser } = ownersOf(context);
  const { old } = context;
  const first = firstKept(context);
  for (const row of rowsOf(context, "searches", "searched_at")) {
    const id = idOf(row("id"));
    const owner = ofUser(row("user_id"));
    const moment = momentOf(row("searched_at"));
    const places = [placeOf(row("origin")), placeOf(row("destination"))];
    if (id === null || moment === null || moment < first || places.includes(null)) continue;
    if (owner !== "gone" && owner.state === "unproven") continue;
    if (owner !== "gone" && owner.forgets) old.note("insert or ignore into forgetful values (?, 1)", [id]);
    yield { id, row: searchRow(row, owner, moment) };
  }
}

function searchRow(row: OldRow, owner: Owner, moment: string): Expected["row"] {
  const departure = dayOf(row("depart_date"));
  const back = dayOf(row("return_date"));
  const isReturn = departure !== null && back !== null && daysFrom(departure, back) >= -1;
  const [adults, children, infants] = [count(row, "adults", 1), count(row, "children", 0), count(row, "infants", 0)];
  const isKnown = adults !== null && children !== null && infants !== null;
  const range = jsonOf(row("price_range"));
  const { min } = (typeof range === "object" && range !== null ? range : {}) as { min?: unknown };
  const currency = currencyOf(row("currency"), replaced);
  const cheapest = amountOf({ number: typeof min === "number" ? min : null, ...givenOf(min) }, currency);
  const results = wholeOf(row("result_count"));
  const found = results !== null && results >= 0 && results < 2 ** 31 ? results : null;
  return {
    user_id: owner === "gone" ? null : owner.id,
    ...{ origin_code: placeOf(row("origin")), destination_code: placeOf(row("destination")) },
    ...{ departure_date: departure, return_date: isReturn ? back : null },
    ...{ adults, child_ages: children === 0 ? [] : null, infants },
    passenger_count: isKnown ? adults + children + infants : null,
    ...{ class: cabinOf(row("cabin_class")), max_stops: null },
    ...{ results_count: found, currency: cheapest === null ? null : currency, cheapest },
    status: (value: unknown) => (value === "ok") === (found !== null && found > 0),
    created_at: moment,
  };
}

function count(row: OldRow, column: string, least: number): number | null {
  const value = wholeOf(row(column));
  return value !== null && value >= least && value <= 9 ? value : null;
}

async function read({ here }: Context, ids: string[]): Promise<Map<string, Found>> {
  const { rows } = await here.query(
    `select id, user_id, origin_code, destination_code, departure_date::text, return_date::text, adults, child_ages,
            infants, passenger_count, class, max_stops, currency, status, results_count, cheapest::float8,
            ${utc("created_at")}
       from search_analytics where id = any ($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [String(row.id), { row, isChanged: () => false }]));
}
