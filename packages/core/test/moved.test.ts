import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as Analytics from "../src/analytics.ts";
import { sql } from "../src/base/db.ts";
import * as Booking from "../src/booking.ts";
import * as Moved from "../src/moved.ts";
import * as Privacy from "../src/privacy.ts";
import * as Session from "../src/session.ts";
import * as Traveler from "../src/traveler.ts";
import * as User from "../src/user.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";
import * as old from "./support/moved.ts";

const now = new Date();
const nothing = { watches: 0, bookings: 0, travelers: 0, searches: 0 };

/** An account with one row of each kind, each of which lost something. */
async function account() {
  const userId = await old.user(["phone.unclear"]);
  const watch = await a.watch({}, { userId });
  await old.mark("watches", watch.id, ["flex.cut"]);
  const booking = await old.booking(userId, ["2027-05-02", "2027-05-16"], { why: ["reference.repeated"] });
  const traveler = await old.traveler(userId, {}, ["born.unclear"]);
  const search = await old.search(userId, ["party.unclear"]);
  return { userId, watch: watch.id, booking, traveler, search };
}

test("each row says what it lost, in the requests that it took before, and one made here says nothing", async () => {
  const { userId, watch, booking, traveler, search } = await account();
  const made = await a.watch({}, { userId });
  expect(await counted(() => Watch.list(userId, {}, now))).toMatchObject({ postgres: 1 });
  expect(await counted(() => Booking.list(userId, {}, now))).toMatchObject({ postgres: 1 });
  expect(await counted(() => Traveler.list(userId, {}, now))).toMatchObject({ postgres: 1 });
  expect(await counted(() => Analytics.list(userId, {}))).toMatchObject({ postgres: 1 });
  const watches = (await Watch.list(userId, {}, now)).items.map(({ id, moved }) => [id, moved]);
  expect(Object.fromEntries(watches)).toEqual({ [made.id]: null, [watch]: { why: ["flex.cut"] } });
  expect((await Booking.list(userId, {}, now)).items).toMatchObject([
    { id: booking, moved: { why: ["reference.repeated"] } },
  ]);
  expect((await Traveler.list(userId, {}, now)).items).toMatchObject([
    { id: traveler, moved: { why: ["born.unclear"] } },
  ]);
  expect((await Analytics.list(userId, {})).items).toMatchObject([{ id: search, moved: { why: ["party.unclear"] } }]);
  expect(await User.get(userId)).toMatchObject({ moved: { why: ["phone.unclear"] } });
});

test("a person sees how much moved and what was lost, page by page, and nothing of another's", async () => {
  const { userId, ...rows } = await account();
  await old.noted("watches", `merged ${userId}`, rows.watch, ["watch.same", "flex.cut"], "merged");
  const own = await Moved.mine(userId, {});
  expect(own).toMatchObject({ moved: true, counts: { watches: 1, bookings: 1, travelers: 1, searches: 1 } });
  const why: Record<string, object> = {
    [userId]: { kind: "account", why: ["phone.unclear"] },
    [rows.watch]: { kind: "watch", why: ["flex.cut", "watch.same"] },
    [rows.booking]: { kind: "booking", why: ["reference.repeated"] },
    [rows.traveler]: { kind: "traveler", why: ["born.unclear"] },
    [rows.search]: { kind: "search", why: ["party.unclear"] },
  };
  expect(own.items).toEqual(
    Object.keys(why)
      .sort()
      .map((id) => ({ id, ...why[id] })),
  );
  const first = await Moved.mine(userId, { limit: 3 });
  const rest = await Moved.mine(userId, { limit: 3, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...rest.items]).toEqual(own.items);
  expect(rest.nextCursor).toBeNull();
  const other = await Moved.mine(await a.user(), {});
  expect(other).toEqual({ moved: false, counts: nothing, items: [], nextCursor: null });
  await expect(Moved.mine(userId, { cursor: "eA" })).rejects.toMatchObject({ code: "page.cursor" });
});

test("a deleted account leaves its old ids alone, so that a later run does not bring it back", async () => {
  const { userId, ...rows } = await account();
  const other = await account();
  const { sessionId } = Session.lookup((await a.session(userId, now)).token);
  await sql`update bookings set departs_at = now() - interval '9 days' where bookings.user_id = ${userId}`;
  await Privacy.removeAccount(userId, sessionId, now);
  const ledger = (ids: string[]) => sql`
    select moved_rows.why, moved_rows.read_digest = '' and moved_rows.written_digest = '' as empty
      from moved_rows
     where moved_rows.new_id = any (${ids})`;
  const gone = await ledger([userId, ...Object.values(rows)]);
  expect(gone).toHaveLength(5);
  for (const row of gone) expect(row).toEqual({ why: [], empty: true });
  for (const row of await ledger(Object.values(other))) expect(row).toMatchObject({ empty: false });
});

test("an operator sees the runs of the importer, newest first, and nobody else does", async () => {
  const operator = await a.user();
  await sql`update users set is_operator = true where users.id = ${operator}`;
  for (const [number, ended] of [1, 2, 3].entries())
    await sql`
      insert into import_runs (id, at, started_at, ended_at, files, counts, reasons)
      values (${`imp_${number}`}, now(), ${`2026-11-0${ended}`}, ${number === 2 ? null : "2026-11-09"}, '{"one.db"}',
              '{"users": {"read": 5, "imported": 5}}', '{"users": {"phone.unclear": 1}}')`;
  const first = await Moved.imports(operator, { limit: 2 });
  expect(first.items).toMatchObject([
    { id: "imp_2", endedAt: null, files: ["one.db"], counts: { users: { imported: 5 } } },
    { id: "imp_1", endedAt: "2026-11-09T00:00:00.000Z", reasons: { users: { "phone.unclear": 1 } } },
  ]);
  const rest = await Moved.imports(operator, { limit: 2, cursor: first.nextCursor ?? "" });
  expect(rest).toMatchObject({ items: [{ id: "imp_0" }], nextCursor: null });
  await expect(Moved.imports(await a.user(), {})).rejects.toMatchObject({ code: "operator.required" });
});

test("a traveler who was moved in says what it lacks, and a change asks for that", async () => {
  const userId = await old.user();
  const id = await old.traveler(userId);
  expect(await Traveler.get(userId, id, {}, now)).toMatchObject({
    ...{ givenName: "", familyName: "Ling", bornOn: null, gender: null, title: null, phone: null },
    phoneAsGiven: "415-555-0199",
    address: { lines: ["12 Rue de l’Église"], city: "Paris", postal: "75001", country: "FR" },
    lacks: ["givenName", "bornOn", "gender", "title"],
  });
  await expect(Traveler.update(userId, id, { gender: "f" }, now)).rejects.toMatchObject({
    code: "request.invalid",
    errors: [{ pointer: "/givenName" }, { pointer: "/bornOn" }, { pointer: "/title" }],
  });
  const whole = { givenName: "Ada", bornOn: "1990-05-04", gender: "f", title: "ms" };
  expect(await Traveler.update(userId, id, whole, now)).toMatchObject({
    ...whole,
    lacks: [],
    phoneAsGiven: "415-555-0199",
  });
  const changed = await Traveler.update(userId, id, { phone: "+442079460000", address: null }, now);
  expect(changed).toMatchObject({ phone: "+442079460000", phoneAsGiven: null, address: null, title: "ms" });
  expect(await Traveler.get(userId, id, {}, now)).toMatchObject({ phoneAsGiven: null, address: null, title: "ms" });
});

test("a document of a traveler whose day of birth is not known is taken", async () => {
  const userId = await old.user();
  const id = await old.traveler(userId);
  const mrz = ["P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"].join(
    "\n",
  );
  const added = await Traveler.addDocument(userId, id, { mrz }, new Date("2026-11-26T08:00:00Z"));
  expect(added).toMatchObject({ type: "passport" });
});

test("a phone number without a country is shown until its owner gives a right one", async () => {
  const userId = await old.user(["phone.unclear"]);
  await sql`update users set phone_as_given = '415-555-0199' where users.id = ${userId}`;
  expect(await User.update(userId, { firstName: "Ada" })).toMatchObject({ phone: null, phoneAsGiven: "415-555-0199" });
  expect(await User.update(userId, { phone: "+442079460000" })).toMatchObject({
    phone: "+442079460000",
    phoneAsGiven: null,
  });
});

test("a watch whose days are not sold yet is resumed when they are", async () => {
  const at = new Date("2025-06-01T12:00:00Z");
  const { id, userId } = await a.watch({ departureDate: "2026-08-01", returnDate: "2026-08-08" }, { at: a.noon });
  await old.mark("watches", id, ["day.unsold"]);
  await sql`update price_watches set is_active = false, paused_because = 'moved' where price_watches.id = ${id}`;
  expect(await Watch.get(userId, id, at)).toMatchObject({
    state: "paused",
    pausedBecause: "moved",
    moved: { why: ["day.unsold"] },
  });
  const unsold = { kind: "conflict", code: "watch.unsold" };
  await expect(Watch.resume(userId, id, at)).rejects.toMatchObject(unsold);
  await expect(Watch.update(userId, id, { isActive: true }, at)).rejects.toMatchObject(unsold);
  await expect(Watch.resume(userId, id, at)).rejects.toThrow(/from 2025-08-\d\d on/);
  expect(await Watch.resume(userId, id, a.noon)).toMatchObject({ state: "active", pausedBecause: null });
});
