import type pg from "pg";

/** The result of a round of sweeps, read from a database after that round: the writes without the decisions. */
export type Decisions = {
  at: string;
  fares: Map<string, { price: string; dueAt: string; because: string; near: boolean }>;
  watches: Map<string, Judged>;
};

type Judged = {
  fareId: string;
  state: string;
  band: [below: string, above: string | null, drop: number | null, first: string | null];
  alert: Alert | null;
};
type Alert = {
  id: string;
  userId: string;
  previous: string | null;
  rules: string;
  already: boolean;
  offer: string;
  named: Named[];
};
type Named = { rule: string; epoch: number; level: number };

/**
 * Returns everything that the round at `at` changed. `versions` holds each watch's version before the round, if it is
 * not 1, and is updated.
 */
export async function decided(client: pg.Client, at: Date, versions: Map<string, number>): Promise<Decisions> {
  const fares = await client.query("select id, price, due_at, due_because, near from fares");
  const watches = await client.query(
    `select price_watches.id, version, fare_id, state::text, wake_below, wake_above, wake_drop, wake_first
       from price_watches join watch_fares on watch_fares.watch_id = price_watches.id
      where version > 1`,
  );
  const alerts = await client.query(
    `select id, user_id, watch_id, previous_price, rules::text, already_true, offer::text,
            (select json_agg(json_build_object('rule', rule, 'epoch', epoch, 'level', level))
               from alert_rules where alert_id = alerts.id) as named
       from alerts where at = $1`,
    [at.toISOString()],
  );
  const alertOf = new Map<string, Alert>(
    alerts.rows.map((row) => [
      row.watch_id,
      {
        id: row.id,
        userId: row.user_id,
        previous: row.previous_price,
        rules: row.rules,
        already: row.already_true,
        offer: row.offer,
        named: row.named,
      },
    ]),
  );
  const changed = watches.rows.filter((row) => row.version !== (versions.get(row.id) ?? 1));
  for (const row of changed) versions.set(row.id, row.version);
  return {
    at: at.toISOString(),
    fares: new Map(
      fares.rows.map((row) => {
        const { price, due_at: dueAt, due_because: because, near } = row;
        return [row.id, { price, dueAt: dueAt.toISOString(), because, near }];
      }),
    ),
    watches: new Map(
      changed.map((row): [string, Judged] => [
        row.id,
        {
          fareId: row.fare_id,
          state: row.state,
          band: [row.wake_below, row.wake_above, row.wake_drop, row.wake_first],
          alert: alertOf.get(row.id) ?? null,
        },
      ]),
    ),
  };
}

/**
 * The least work that a sweep must ask of Postgres: claim, wake, and one transaction that records, changes the decided
 * rows, alerts and releases. Uses prepared statements on one connection. It must leave every table as the product does.
 */
export async function sweep(client: pg.Client, decisions: Decisions, batch: number): Promise<void> {
  const { at } = decisions;
  const day = Math.floor(Date.parse(at) / 86_400_000);
  for (;;) {
    const claimed = await client.query<{ id: string }>({ name: "claim", text: claim, values: [at, batch] });
    if (claimed.rows.length === 0) return;
    const ids = claimed.rows.map((row) => row.id);
    const fares = ids.map((id) => decisions.fares.get(id)!);
    const prices = fares.map((fare) => fare.price);
    const woken = await client.query<{ id: string }>({ name: "wake", text: wake, values: [ids, prices, day] });
    const judged = woken.rows.flatMap(({ id }) => {
      const watch = decisions.watches.get(id);
      return watch ? [{ id, ...watch }] : [];
    });
    const alertOf = judged.flatMap(({ id, fareId, alert }) =>
      alert ? [{ ...alert, watchId: id, fareId, price: decisions.fares.get(fareId)!.price }] : [],
    );
    const named = alertOf.flatMap((alert) =>
      alert.named.map((rule) => ({ ...rule, alert: alert.id, watchId: alert.watchId })),
    );
    await client.query("begin");
    await client.query({ name: "record", text: record, values: [ids, prices, at] });
    await client.query({
      name: "release",
      text: release,
      values: [
        ids,
        prices,
        fares.map((fare) => fare.dueAt),
        fares.map((fare) => fare.because),
        fares.map((fare) => fare.near),
        at,
        day,
      ],
    });
    if (judged.length > 0) {
      await client.query({
        name: "state",
        text: state,
        values: [judged.map((watch) => watch.id), judged.map((watch) => watch.state)],
      });
      const bands = [0, 1, 2, 3].map((column) => judged.map((watch) => watch.band[column]));
      await client.query({
        name: "band",
        text: band,
        values: [judged.map((watch) => watch.id), judged.map((watch) => watch.fareId), ...bands],
      });
    }
    if (alertOf.length > 0) {
      // Alerts of one fare have one offer.
      const offers = new Map<string, number>();
      for (const { offer } of alertOf) if (!offers.has(offer)) offers.set(offer, offers.size + 1);
      const columns = (["id", "userId", "watchId", "fareId", "price", "previous", "rules", "already"] as const).map(
        (name) => alertOf.map((alert) => alert[name]),
      );
      await client.query({
        name: "tell",
        text: tell,
        values: [...columns, at, alertOf.map(({ offer }) => offers.get(offer)), [...offers.keys()]],
      });
      const rules = (["watchId", "rule", "epoch", "level", "alert"] as const).map((name) =>
        named.map((rule) => rule[name]),
      );
      await client.query({ name: "name", text: number, values: rules });
    }
    await client.query("commit");
  }
}

const claim = `
  with due as (
    select id from fares where due_at <= $1 and claimed_until is null and checked_at < $1
     order by due_at, id limit $2 for no key update skip locked)
  update fares
     set claimed_until = now() + interval '2 minutes', attempts = attempts + 1, fence = fence + 1
    from due where fares.id = due.id
  returning fares.id`;

const wake = `
  select distinct woken.watch_id as id
    from unnest($1::text[], $2::bigint[]) as priced (fare_id, price)
    join fares on fares.id = priced.fare_id
   cross join lateral (
           select 10000 - ceil(priced.price * 10000.0 / percentile_disc(0.5) within group (order by low)) as drop_limit
             from unnest(fares.days, fares.day_lows) as lows (day, low)
            where day between $3::int - 14 and $3::int - 1
         ) as baseline
   cross join lateral (
           select watch_id from watch_fares
            where fare_id = priced.fare_id and wake_below > 0 and wake_below >= priced.price
            union all
           select watch_id from watch_fares where fare_id = priced.fare_id and wake_above <= priced.price
            union all
           select watch_id from watch_fares where fare_id = priced.fare_id and wake_drop <= baseline.drop_limit
         ) as woken`;

const record = `
  insert into price_observations (fare_id, at, status, price, provider)
  select fare_id, $3::timestamptz, 'ok', price, 'bench' from unnest($1::text[], $2::bigint[]) as priced (fare_id, price)`;

const release = `
  update fares
     set claimed_until = null, fence = fence + 1, attempts = 0, due_at = priced.due_at, due_because = priced.because,
         near = priced.near, empties = '{}', source = 'bench', checked_at = $6, status = 'ok', price = priced.price, priced_at = $6,
         changed_at = case when fares.price is distinct from priced.price then $6 else changed_at end,
         lowest = least(lowest, priced.price), highest = greatest(highest, priced.price),
         days = case when days[cardinality(days)] = $7::int then days else (days || $7::int)[greatest(1, cardinality(days) - 29):] end,
         day_lows =
           case when days[cardinality(days)] = $7::int
             then day_lows[:cardinality(days) - 1] || least(day_lows[cardinality(days)], priced.price)
             else (day_lows || priced.price)[greatest(1, cardinality(days) - 29):] end
    from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[], $5::boolean[])
      as priced (fare_id, price, due_at, because, near)
   where fares.id = priced.fare_id`;

const state = `
  update price_watches set state = judged.state::jsonb, version = version + 1
    from unnest($1::text[], $2::text[]) as judged (id, state) where price_watches.id = judged.id`;

const band = `
  update watch_fares
     set wake_below = judged.below, wake_above = judged.above, wake_drop = judged.share, wake_first = judged.first
    from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[])
      as judged (watch_id, fare_id, below, above, share, first)
   where watch_fares.watch_id = judged.watch_id and watch_fares.fare_id = judged.fare_id`;

const tell = `
  with offered as materialized (
    select offer::jsonb, no from unnest($11::text[]) with ordinality as offered (offer, no)
  )
  insert into alerts
    (id, user_id, watch_id, series, fare_id, origin, destination, departure_date, at, price, previous_price, currency,
     rules, already_true, mistake_fare, source, offer)
  select alertOf.id, user_id, watch_id, 1, fare_id, origin, destination, departure_date, $9::timestamptz, alertOf.price,
         previous, 'GBP', rules::text[], already, false, 'bench', offered.offer
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::boolean[],
                $10::integer[])
      as alertOf (id, user_id, watch_id, fare_id, price, previous, rules, already, offer_no)
    join fares on fares.id = alertOf.fare_id
    join offered on offered.no = alertOf.offer_no`;

const number = `
  insert into alert_rules (watch_id, rule, epoch, level, alert_id)
  select * from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[])`;
