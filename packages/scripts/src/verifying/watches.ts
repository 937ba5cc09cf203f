import { isDeepStrictEqual } from "node:util";
import { idOf, madeAt, momentOf, said } from "./cell.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import type { Context } from "./context.ts";
import type { Old } from "./old.ts";
import { type Account, ownersOf } from "./owner.ts";
import { utc } from "./users.ts";
import { type Days, standingOf, type Wish, wishOf } from "./wish.ts";

/** How many watches of a person may be active. */
const mostActive = 100;

/** Compares the watches of all files with those that they must have become. */
export async function verifyWatches(context: Context): Promise<void> {
  await noteWishes(context);
  const twins = new Set<string>();
  const table = {
    ...{ table: "price_watches", money: "target_price" },
    read: (ids: string[]) => read(context, ids),
    excuse: (missing: Expected) => twinOf(context, missing, twins),
    leave: (id: string) => (twins.has(id) ? Promise.resolve("stands for one of the files") : gone(context, id)),
  };
  await compare(context, table, expected(context));
}

/**
 * Notes the wishes of all files. Of two watches with one id the one that was changed last counts, of two that want the
 * same of one account too: it is active if one is, and was told the lower price. `standing` is how it arrives.
 */
async function noteWishes(context: Context): Promise<void> {
  const { old, others } = context;
  old.note(`create table wish (id text primary key, changed text, owner text, wants text, target int, told int,
    active int, standing text, json text)`);
  for (const file of [old, ...others]) await noteFile(context, file);
  old.note("delete from wish where json is null");
  old.note("create index wish_wants on wish (owner, wants, target, changed desc, id)");
  old.note(`create table head as select *, row_number() over (partition by owner, wants, target order by changed desc, id) as nth,
    max(active) over same as any_active, min(told) over same as least_told
    from wish window same as (partition by owner, wants, target)`);
  old.note("delete from head where nth > 1");
  old.note(
    "create table standing as select id, row_number() over (partition by owner order by changed desc, id) as nth " +
      "from head where any_active = 1 and standing = 'sold'",
  );
  old.note("create index standing_id on standing (id)");
}

async function noteFile(context: Context, file: Old): Promise<void> {
  const { old, at } = context;
  const owners = ownersOf(context);
  old.note("begin");
  for (const row of file.rows("watches")) {
    const id = idOf(row("id"));
    if (id === null) continue;
    const wish = await wishOf(id, row);
    const owner = said(row("userId")) === "anon" ? owners.ofMail(row("email")) : owners.ofUser(row("userId"));
    const isWanted = wish && owner !== "gone" && owner.state !== "unproven";
    const changed = momentOf(row("updatedAt")) ?? madeAt(id, row("createdAt")) ?? at.toISOString();
    const noted = isWanted ? await notedOf(id, wish, owner, at) : Array<null>(7).fill(null);
    old.note(
      `insert into wish values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set changed = excluded.changed, owner = excluded.owner, wants = excluded.wants,
         target = excluded.target, told = excluded.told, active = excluded.active, standing = excluded.standing,
         json = excluded.json
       where excluded.changed > wish.changed`,
      [id, changed, ...noted],
    );
  }
  old.note("commit");
}

/** The columns of a wish after its id and its moment. */
async function notedOf(id: string, wish: Wish, owner: Account, at: Date): Promise<(string | number | null)[]> {
  const { window, isOver, isUnsold } = await standingOf(wish, at);
  const standing = isOver ? "over" : isUnsold ? "unsold" : "sold";
  const json = JSON.stringify({ ...wish, owner: owner.id });
  // Watches of an account that is missing here are compared one by one.
  const whose = owner.id ?? `missing ${id}`;
  return [whose, wantsOf(wish, window), wish.target, wish.told, wish.active ? 1 : 0, standing, json];
}

function wantsOf({ origin, destination, cabin, maxStops, adults, currency }: Wish, window: Days): string {
  const { from, to, nights } = window;
  return JSON.stringify([origin, destination, from, to, nights, cabin, maxStops, adults, currency]);
}

async function* expected({ old, at, ats }: Context): AsyncGenerator<Expected> {
  const heads = old.each(`select head.id, head.json, head.any_active, head.least_told, standing.nth
    from head left join standing on standing.id = head.id`);
  for (const { id, json, any_active, least_told, nth } of heads) {
    const wish = JSON.parse(String(json)) as OwnedWish;
    const isOne = { isActive: any_active === 1, isAmongMost: nth === null || Number(nth) <= mostActive };
    const told = least_told === null ? null : Number(least_told);
    const arrivals = await Promise.all(ats.map((one) => arrivalOf(wish, isOne, one)));
    yield { id: String(id), row: { ...watchRow(wish, told, at), ...oneOf(arrivals) } };
  }
}

/** A wish with its account. */
type OwnedWish = Wish & { owner: string | null };

/** What a watch is like that arrives at `at`. */
async function arrivalOf(wish: OwnedWish, one: { isActive: boolean; isAmongMost: boolean }, at: Date) {
  const { window, days, isOver, isUnsold, endsAt } = await standingOf(wish, at);
  const { from, to, nights } = window;
  const stay = nights === null ? {} : { stayNights: { min: nights, max: nights } };
  const { origin, destination } = wish;
  const pause = isOver ? null : !one.isActive ? "person" : isUnsold || !one.isAmongMost ? "moved" : null;
  return {
    ...{ departure_date: days[0]!.departure, return_date: days[0]!.back, ends_at: endsAt },
    what: from === to ? null : { origin, destination, departureFrom: from, departureTo: to, ...stay },
    fares: days.map(({ departure, back }) => fareOf(wish, departure, back)).sort(),
    ...{ is_active: !isOver && pause === null, paused_because: pause },
    ...{ is_ended: isOver, ended_because: isOver ? "time" : null },
  };
}

/** The columns of a row that may have come with any of several imports. */
function oneOf<Row extends Record<string, unknown>>(rows: Row[]): Expected["row"] {
  const [first, ...others] = rows;
  return Object.fromEntries(
    Object.entries(first!).map(([column, value]) => {
      if (others.every((row) => isDeepStrictEqual(row[column], value))) return [column, value];
      return [column, (found: unknown) => rows.some((row) => isDeepStrictEqual(row[column], found))];
    }),
  );
}

function watchRow(wish: OwnedWish, told: number | null, at: Date): Expected["row"] {
  const { origin, destination, target, made, changed } = wish;
  const state = told === null ? {} : { last: [told], rules: { target: [1, 1, target, null] } };
  const isTold = (value: unknown) => isDeepStrictEqual(priceOf(value, toldAt(changed, at)), state);
  const isMoment = (value: unknown) => typeof value === "string";
  return {
    user_id: wish.owner,
    ...{ origin_code: origin, destination_code: destination },
    ...{ class: wish.cabin, max_stops: wish.maxStops, adults: wish.adults, child_ages: [], infants: 0 },
    ...{ currency: wish.currency, target_price: target, alert_threshold: null, new_low: false, route_low: false },
    told_first: either(laterVersion, isTold),
    told_now: either(checkedSince, isTold),
    created_at: made ?? isMoment,
    // What the old application wrote at a check alone comes with the next change.
    updated_at: changed ? either(laterVersion, (value) => String(value) <= changed) : isMoment,
  };
}

/** A state whose rules count as those of the first version: a later import begins them anew. */
function firstOf(state: unknown): unknown {
  const { rules, ...rest } = state as { rules?: { target?: unknown[] } };
  return rules?.target ? { ...rest, rules: { ...rules, target: [1, ...rules.target.slice(1)] } } : state;
}

/** In place of what a check, or a version after the first, has replaced. */
const checkedSince = "checked since";
const laterVersion = "of a later version";
const either = (replaced: string, isRight: (value: unknown) => boolean) => (value: unknown) =>
  value === replaced || isRight(value);

/** A state without the moment at which its price was told, which `latest` bounds. */
function priceOf(state: unknown, latest: number): unknown {
  const { last, ...rest } = (state ?? {}) as { last?: [number, number] };
  return last && last[1] <= latest ? { last: [last[0]], ...rest } : state;
}

const toldAt = (changed: string | undefined, at: Date) => (changed ? Date.parse(changed) : at.getTime());

/** A fare in one text, as `faresOf` writes it in SQL. */
function fareOf(
  { origin, destination, cabin, maxStops, adults, currency }: Wish,
  departure: string,
  back: string | null,
): string {
  return [origin, destination, departure, back ?? "-", cabin, maxStops ?? "-", adults, currency].join("/");
}

const faresOf = `
  select concat_ws('/', fares.origin, fares.destination, fares.departure_date, coalesce(fares.return_date::text, '-'),
                   fares.cabin, coalesce(fares.max_stops::text, '-'), fares.adults, fares.currency) as fare,
         coalesce(member.checked_at, fares.checked_at) is not null as checked
    from watch_fares
    join fares as whole on whole.id = watch_fares.fare_id
    left join basket_fares as member on member.basket_id = whole.id
    join fares on fares.id = coalesce(member.fare_id, whole.id)
   where watch_fares.watch_id = price_watches.id`;

async function read({ here, ats }: Context, ids: string[]): Promise<Map<string, Found>> {
  const { rows } = await here.query(
    `select price_watches.id, user_id, origin_code, destination_code, departure_date::text, return_date::text, what,
            class, max_stops, adults, child_ages, infants, currency, target_price::float8, alert_threshold::float8,
            new_low, route_low, is_active, paused_because, ended_at is not null as is_ended, ended_because, version,
            ${utc("ends_at")}, ${utc("created_at")}, ${utc("updated_at")}, state,
            (select watch_changes.state from watch_changes
              where watch_changes.watch_id = price_watches.id and watch_changes.version = 1) as first_state,
            (select coalesce(json_agg(covered.fare order by covered.fare collate "C"), '[]')
               from (${faresOf}) as covered) as fares,
            (select coalesce(bool_or(covered.checked), false) from (${faresOf}) as covered) as checked,
            exists (select from watch_changes
                     where watch_changes.watch_id = price_watches.id and watch_changes.version > 1
                       and watch_changes.at <> all ($2::timestamptz[])) as is_touched
       from price_watches where price_watches.id = any ($1)`,
    [ids, ats.map((at) => at.toISOString())],
  );
  return new Map(
    rows.map(({ state, first_state, checked, is_touched, ...row }) => {
      // A later import changes a watch as its owner does, at the moment of its run.
      const isLater = Number(row.version) > 1;
      const told = {
        told_first: isLater ? laterVersion : (first_state ?? {}),
        told_now: checked ? checkedSince : isLater ? firstOf(state) : state,
      };
      const updated_at = isLater && !is_touched ? laterVersion : row.updated_at;
      const isChanged = (column: string) => Boolean(is_touched) && column !== "user_id" && column !== "created_at";
      return [String(row.id), { row: { ...row, ...told, updated_at }, isChanged }];
    }),
  );
}

/** A watch that was made here, or is in no file any more, stands for one that wants the same. */
async function twinOf({ here, old }: Context, { row }: Expected, twins: Set<string>): Promise<string | undefined> {
  const { rows } = await here.query(
    `select id, legacy_id from price_watches
      where user_id = $1 and origin_code = $2 and destination_code = $3
        and what is not distinct from $4::jsonb and class = $5 and max_stops is not distinct from $6 and adults = $7
        and currency = $8 and target_price = $9 and ($4::jsonb is not null or (departure_date = $10 and return_date is not distinct from $11))`,
    [
      ...[row.user_id, row.origin_code, row.destination_code, row.what && JSON.stringify(row.what), row.class],
      ...[row.max_stops, row.adults, row.currency, row.target_price],
      ...(row.what ? [null, null] : [row.departure_date, row.return_date]),
    ],
  );
  const isInFile = (id: unknown) => old.one("select 1 as found from wish where id = ?", [String(id)]).found === 1;
  const twin = rows.find(({ legacy_id }) => legacy_id === null || !isInFile(legacy_id));
  if (!twin) return undefined;
  twins.add(String(twin.id));
  return `${twin.id}, which ${twin.legacy_id === null ? "was made here" : "is in no file any more"}, stands for it`;
}

/** A watch that is in no file any more has ended, or was changed here. */
async function gone({ here }: Context, id: string): Promise<string | undefined> {
  const { rows } = await here.query("select version, ended_at is not null as ended from price_watches where id = $1", [
    id,
  ]);
  const [row] = rows;
  return row?.ended || Number(row?.version) > 1 ? "is gone from the files, and ended or was changed here" : undefined;
}
