import { createHash } from "node:crypto";
import { mailbox } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as Audit from "../src/audit.ts";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import { claim } from "../src/base/idempotency.ts";
import * as Delivery from "../src/delivery.ts";
import { divide, holdings, rowsOf } from "../src/privacy/holding.ts";
import * as Privacy from "../src/privacy.ts";
import * as Session from "../src/session.ts";
import * as Traveler from "../src/traveler.ts";
import * as User from "../src/user.ts";
import { withApp, withPasskey } from "./support/factors.ts";
import * as a from "./support/factory.ts";
import * as old from "./support/moved.ts";
import { interceptRequests, withoutService } from "./support/network.ts";
import { reviewOf, tipOf } from "./support/posts.ts";

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const unproven = { kind: "forbidden", code: "session.unproven" };
const missing = { kind: "missing", code: "export.missing" };

const erika = { givenName: "Erika", familyName: "Mustermann", bornOn: "1964-08-12", gender: "f", title: "ms" };

/** A user who signed in at `now`, with recognisable text in every table that can hold it. */
async function somebody() {
  const email = a.signup().email;
  const userId = await a.user({ email, firstName: "Zoë", lastName: "Unmistakable", phone: "+442079460000" });
  const { token } = await a.session(userId, now);
  const { sessionId } = Session.lookup(token);
  const watch = await a.watch({}, { userId });
  await sql`
    insert into api_keys (id, user_id, hash, start, name, scopes, network, expires_at)
    values (${newId("key")}, ${userId}, ${createHash("sha256").update(userId).digest("hex")}, 'tck_Ab12', 'one', '{read}',
            '198.51.100.0/24', now() + interval '1 day')`;
  await claim(userId, "key", "hash", "wch_1", now);
  await sql`update users set email_verified = true where users.id = ${userId}`;
  const factors = await somebodyFactors({ userId, sessionId });
  await sql`
    insert into search_analytics (id, created_at, user_id, request_id, origin_code, destination_code)
    values (${newId("sch")}, now(), ${userId}, ${userId}, 'LHR', 'JFK')`;
  await sql`
    insert into bookings (id, user_id, booking_reference, flight_data, passenger_data, total_price)
    values (${newId("sch")}, ${userId}, ${newId("sch")}, '{"origin":"LHR","destination":"JFK"}',
            jsonb_build_array(jsonb_build_object('email', ${email}::text), '{"name":"Robin Example"}'::jsonb), 100)`;
  await sql`
    insert into auto_holds (watch_id, user_id, travelers, terms_version, since)
    values (${watch.id}, ${userId}, '{tvl_1}', '2026-11-01', now())`;
  await sql`
    insert into booking_events (booking_id, number, at, kind)
    select bookings.id, 1, now(), 'requested'
      from bookings
     where bookings.user_id = ${userId}`;
  await sql`
    insert into alerts (id, user_id, watch_id, fare_id, at, price, currency, rules, already_true, mistake_fare)
    select 'alr_' || ${userId}, ${userId}, watch_fares.watch_id, watch_fares.fare_id, now(), 100, 'GBP', '{target}', false, false
      from watch_fares
     where watch_fares.watch_id = ${watch.id}`;
  await sql`
    insert into alert_rules (watch_id, rule, epoch, level, alert_id)
    values (${watch.id}, 'target', 1, 1, 'alr_' || ${userId})`;
  const traveler = await Traveler.create(userId, { ...erika, familyName: "Sealed" }, now);
  const paper = { type: "passport", number: "C01X00T47", country: "DE", expiresOn: "2099-01-01" };
  await Traveler.addDocument(userId, traveler.id, paper, now);
  await sql`insert into alert_deliveries (alert_id, channel) values ('alr_' || ${userId}, 'email')`;
  await sql`
    insert into channel_tries (id, channel_id, at, outcome, milliseconds)
    select 'try_' || ${userId}, channels.id, now(), 'sent', 5
      from channels
     where channels.user_id = ${userId}`;
  await sql`
    insert into mail_events (id, channel_id, kind, at)
    select 'ses ' || ${userId}, channels.id, 'delayed', now()
      from channels
     where channels.user_id = ${userId} and channels.kind = 'email'`;
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, ${minutes(-60)}, 'ok', 12345, 'market'
      from watch_fares
     where watch_fares.watch_id = ${watch.id}`;
  await old.noted("passenger_profiles", `profile ${traveler.id}`, traveler.id, ["born.unclear"]);
  await sql`
    insert into guide_versions (id, place, section, language, state, title, source, blocks, body, author, checked_on, created_at, updated_at, published_at)
    values (${newId("gdv")}, 'NYC', 'money', 'en', 'replaced', 'Mine', 'x', '[]', 'x', ${userId}, current_date, now(), now(), now())`;
  await sql`insert into payment_customers (user_id, customer) values (${userId}, 'cus_' || md5(${userId}))`;
  await sql`
    insert into payment_methods (id, user_id, token, brand, last_four, expires_month, expires_year)
    values (${newId("pmt")}, ${userId}, 'pm_' || md5(${userId}), 'visa', '4242', 12, 2034)`;
  await somebodyPosts(userId);
  return { userId, email, token, sessionId, factors };
}

/** Adds a tip and a review of the user, published and hidden, with what was done about them. */
async function somebodyPosts(userId: string): Promise<void> {
  const tip = await tipOf(userId, "LIS", { named: true });
  const review = await reviewOf(userId, "LIS");
  await sql`
    update posts set state = 'published', published_at = ${now}, useful = 1 where posts.id = ${tip.id}`;
  await sql`update posts set state = 'hidden' where posts.id = ${review.id}`;
  await sql`insert into post_votes (post_id, user_id, at) values (${tip.id}, ${userId}, ${now})`;
  await sql`insert into post_reports (post_id, user_id, reason, at) values (${tip.id}, ${userId}, 'spam', ${now})`;
  await sql`
    insert into post_decisions (post_id, number, decision, reason, at, is_second)
    values (${review.id}, 1, 'hide', 'spam', ${now}, false)`;
  await sql`insert into post_appeals (post_id, text, at) values (${tip.id}, 'It is true.', ${now})`;
}

/** Adds a passkey and an app to the user, and returns their secrets. */
async function somebodyFactors({ userId, sessionId }: { userId: string; sessionId: string }): Promise<string[]> {
  const one = { userId, sessionId, email: "", token: "", at: now };
  const { device } = await withPasskey(one);
  const { secret, codes } = await withApp(one);
  return [device.id, secret, ...codes];
}

/** Requests an export and runs the worker and the mail: the id and token of the newest link sent to the user. */
async function asked({ userId, sessionId, email }: { userId: string; sessionId: string; email: string }) {
  const { id } = await Privacy.requestExport(userId, sessionId, now);
  await Privacy.prepareExports(now);
  await Delivery.deliver(minutes(1));
  const mail = mailbox.find(({ subject, to }) => subject === "Your data is ready" && to[0] === email);
  const [, sent, token] = /\/account\/export\/(exp_\w+)#token=([\w-]+)/.exec(mail?.text ?? "") ?? [];
  expect(sent).toBe(id);
  return { id, link: { token: token ?? "" } };
}

/** A part of an export, as text. */
async function exported(...asked: Parameters<typeof Privacy.getExport>): Promise<string> {
  return String((await Privacy.getExport(...asked)).content);
}

/** Every table that refers to an account, or to such a table. */
async function related(): Promise<string[]> {
  const rows = await sql`
    with recursive related as (
      select 'users'::regclass::oid as id
       union
      select pg_constraint.conrelid
        from pg_constraint
        join related on related.id = pg_constraint.confrelid
       where pg_constraint.contype = 'f'
         and pg_constraint.conparentid = 0
    ),
    named as (
      select pg_attribute.attrelid
        from pg_attribute
        join pg_class on pg_class.oid = pg_attribute.attrelid and pg_class.relkind in ('r', 'p') and not pg_class.relispartition
       where pg_attribute.attname = 'user_id'
         and pg_class.relnamespace = 'public'::regnamespace
    )
    select id::regclass::text as name from related
     union
    select attrelid::regclass::text from named
     order by name`;
  // The ledger of what was moved in outlives accounts, and refers to none.
  return [...rows.map(({ name }) => String(name)), "moved_rows"].sort();
}

test("an export covers every table with personal data", async () => {
  expect(Object.keys(holdings).sort()).toEqual(await related());
});

test("an export holds all rows of a user in full, without secrets", async () => {
  const one = await somebody();
  const other = await somebody();
  const verify = await a.token(one.userId, "verify");
  const { id, link } = await asked(one);
  const text = await exported(one.userId, id, link, minutes(2));
  const held = JSON.parse(text);
  for (const [list, rows] of Object.entries(held)) {
    if (Array.isArray(rows)) expect({ [list]: rows.length > 0 }).toEqual({ [list]: true });
  }
  expect(held.users).toMatchObject([{ email: one.email, firstName: "Zoë", lastName: "Unmistakable" }]);
  expect(held.priceWatches).toHaveLength(1);
  expect(held.travelers).toMatchObject([{ givenName: "Erika", familyName: "Sealed", bornOn: "1964-08-12" }]);
  expect(held.travelerDocuments).toMatchObject([{ type: "passport", number: "C01X00T47", country: "DE" }]);
  expect(text).not.toContain(other.userId);
  expect(text).not.toContain(other.email);
  const [user] = await sql`select users.password_hash as "hash" from users where users.id = ${one.userId}`;
  for (const secret of [String(user?.hash), verify, link.token, one.token, ...one.factors])
    expect(text).not.toContain(secret);

  const columns = await sql`
    select table_name as "table", column_name as "column"
      from information_schema.columns
     where table_schema = 'public'
       and table_name = any (${Object.keys(holdings)})`;
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  for (const { table, column } of columns) {
    if (holdings[table]?.without === "all") continue;
    const { without, isSealed } = holdings[table] ?? {};
    const kept = without?.includes(column) || (isSealed && column === "sealed") || false;
    expect({ [`${table}.${column}`]: camel(column) in held[camel(table)][0] }).toEqual({
      [`${table}.${column}`]: !kept,
    });
  }
});

test("the link works for its owner, with its token, for 24 hours, any number of times", async () => {
  const one = await somebody();
  const other = await somebody();
  const { id, link } = await asked(one);
  for (const at of [minutes(0), minutes(24 * 60 - 1)])
    expect(JSON.parse(await exported(one.userId, id, link, at))).toHaveProperty("users");
  for (const [userId, given, at] of [
    [other.userId, link, now],
    [one.userId, { token: "A".repeat(43) }, now],
    [one.userId, link, minutes(24 * 60)],
  ] as const)
    await expect(Privacy.getExport(userId, id, given, at)).rejects.toMatchObject(missing);
  await expect(Privacy.getExport(one.userId, "exp_1", link, now)).rejects.toMatchObject(missing);
  await expect(Privacy.getExport(one.userId, id, {}, now)).rejects.toThrow();
});

test("an export too long for one answer is divided into parts, to the byte, without loss or repetition", async () => {
  const row = { device: 'é"' };
  const bytes = Buffer.byteLength(JSON.stringify(row)) + 1;
  const lists = { users: [row], sessions: [row, row, row], messages: [] };
  const parts = async (most?: number) => {
    const found: object[] = [];
    for await (const part of divide(rowsOf({ madeAt: "", lists }), Object.keys(lists), most))
      found.push(JSON.parse(part));
    return found;
  };
  expect(await parts()).toEqual([lists]);
  expect(await parts(4 * bytes)).toEqual([lists]);
  expect(await parts(4 * bytes - 1)).toEqual([{ ...lists, sessions: [row, row] }, { sessions: [row] }]);
  expect(await parts(bytes)).toHaveLength(4);
  expect(await parts(1)).toHaveLength(5);
});

test("a second request joins the first while that is under way, and replaces it afterwards", async () => {
  const one = await somebody();
  const [first, second] = await Promise.all([1, 2].map(() => Privacy.requestExport(one.userId, one.sessionId, now)));
  expect(first).toEqual(second);
  const ready = await asked(one);
  expect(ready.id).toBe(first?.id);
  await Privacy.requestExport(one.userId, one.sessionId, now);
  await expect(Privacy.getExport(one.userId, ready.id, ready.link, now)).rejects.toMatchObject(missing);
  const events = await sql`
    select from account_events where account_events.user_id = ${one.userId} and account_events.event = 'export'`;
  expect(events).toHaveLength(2);
});

test("of several workers one prepares an export, and another finishes what a killed one began", async () => {
  await Privacy.prepareExports(now);
  const one = await somebody();
  await Privacy.requestExport(one.userId, one.sessionId, now);
  const cut = interceptRequests(
    (_, body) => {
      if (body.includes("token_hash")) throw new TypeError("fetch failed");
    },
    () => Privacy.prepareExports(now),
  );
  await expect(cut).rejects.toThrow();
  expect(await Privacy.prepareExports(now)).toEqual({ exports: 0 });
  await sql`update exports set claimed_until = now() - interval '1 second' where exports.content is null`;
  const reports = await Promise.all([1, 2, 3, 4].map(() => Privacy.prepareExports(now)));
  expect(reports.reduce((sum, { exports }) => sum + exports, 0)).toBe(1);
  expect((await a.mail(one.userId)).filter(({ kind }) => kind === "export_ready")).toHaveLength(1);
});

test("export and deletion require the password within the last 10 minutes, in this session", async () => {
  const one = await somebody();
  const other = await somebody();
  for (const [sessionId, at] of [
    [one.sessionId, minutes(10)],
    [other.sessionId, now],
  ] as const) {
    await expect(Privacy.requestExport(one.userId, sessionId, at)).rejects.toMatchObject(unproven);
    await expect(Privacy.removeAccount(one.userId, sessionId, at)).rejects.toMatchObject(unproven);
  }
  await User.get(one.userId);
});

test("a deletion signs out everywhere, leaves no personal data, and notifies the owner", async () => {
  const one = await somebody();
  const other = await somebody();
  await Audit.record("login", { userId: one.userId, address: "192.0.2.17", device: "Firefox" });
  const { token } = await a.session(one.userId, now, { passwordVersion: 2 });
  for (const each of [one.token, token, other.token]) expect(await Session.validate(each, now)).toBeDefined();
  const counts = () => sql`
    select (select count(*)::int from account_events) as events, (select count(*)::int from search_analytics) as searches`;
  const [before] = await counts();
  await Privacy.requestExport(one.userId, one.sessionId, now);
  await Privacy.removeAccount(one.userId, one.sessionId, now);

  for (const each of [one.token, token]) expect(await Session.validate(each, now)).toBeUndefined();
  expect(await Session.validate(other.token, now)).toBeDefined();
  await expect(User.get(one.userId)).rejects.toMatchObject({ code: "user.missing" });

  mailbox.length = 0;
  await Privacy.prepareExports(now);
  await Delivery.deliver(minutes(1));
  expect(mailbox.filter(({ to }) => to[0] === one.email).map(({ subject }) => subject)).toEqual([
    "Your account was deleted",
  ]);

  const [after] = await counts();
  // The request for the export, and the deletion.
  expect(after).toEqual({ events: Number(before?.events) + 2, searches: before?.searches });
  for (const table of await every()) {
    const found = await sql`
      select from ${sql.unsafe(table)} as held
       where to_jsonb(held)::text like any (${[one.userId, one.email, one.sessionId, "192.0.2.0"].map((each) => `%${each}%`)})`;
    expect({ [table]: found.length }).toEqual({ [table]: 0 });
  }
});

test("texts go with the account, or those that are published stay without a name; votes go in both cases", async () => {
  const left = async (choice?: Privacy.Removal) => {
    const one = await somebody();
    const other = await somebody();
    const [voted] = await sql`
      insert into post_votes (post_id, user_id, at)
      select posts.id, ${one.userId}, ${now} from posts where posts.user_id = ${other.userId} and posts.kind = 'tip'
      returning post_votes.post_id as id`;
    const posts = await sql`select posts.id from posts where posts.user_id = ${one.userId}`;
    const ids = posts.map(({ id }) => String(id));
    await Privacy.removeAccount(one.userId, one.sessionId, now, choice);
    expect(await sql`select posts.useful from posts where posts.id = ${voted?.id}`).toEqual([{ useful: 0 }]);
    return sql`
      select posts.kind, posts.user_id, posts.named,
             (select count(*)::int from post_versions where post_versions.post_id = posts.id) as versions,
             (select count(*)::int from post_appeals where post_appeals.post_id = posts.id) as appeals
        from posts
       where posts.id = any (${ids}::text[])`;
  };
  expect(await left()).toEqual([]);
  expect(await left({ posts: "erase" })).toEqual([]);
  expect(await left({ posts: "keep" })).toEqual([
    { kind: "tip", user_id: null, named: false, versions: 0, appeals: 0 },
  ]);
});

const every = async () =>
  (await sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`).map(({ name }) =>
    String(name),
  );

test("a deletion that cannot be announced to Redis is not made, and may be repeated", async () => {
  const one = await somebody();
  const gone = withoutService("redis", () => Privacy.removeAccount(one.userId, one.sessionId, now));
  await expect(gone).rejects.toMatchObject({ code: "session.unavailable" });
  expect(await User.get(one.userId)).toMatchObject({ email: one.email });
  await Privacy.removeAccount(one.userId, one.sessionId, now);
  await expect(User.get(one.userId)).rejects.toMatchObject({ code: "user.missing" });
});

test("a sign-in during a deletion is signed out with it, or refused", async () => {
  const one = await somebody();
  const signed: Promise<Session.Info | Error>[] = [];
  await interceptRequests(
    (_, body) => {
      if (body.includes("delete from sessions"))
        signed.push(a.session(one.userId, now, { passwordVersion: 2 }).catch((error) => error));
    },
    () => Privacy.removeAccount(one.userId, one.sessionId, now),
  );
  expect(signed.length).toBeGreaterThan(0);
  for (const each of await Promise.all(signed)) {
    if (each instanceof Error) expect(each).toMatchObject({ code: "session.outrun" });
    else expect(await Session.validate(each.token, now)).toBeUndefined();
  }
});
