import { sql } from "@travel-conductor/core/base/db";
import * as Sweep from "@travel-conductor/core/sweep";
import * as Watch from "@travel-conductor/core/watch";
import { afterAll, expect, test } from "vitest";
import { stubProvider } from "../../../core/test/support/stubprovider.ts";
import { everySweep } from "../../../core/test/support/sweep.ts";
import * as a from "../../../functions/test/support/client.ts";
import { moveIn } from "../../src/moving/run.ts";
import { booking, profile, search, user, watch, writeOld } from "./old.ts";

const databaseUrl = process.env.DATABASE_URL!;
const password = "an old password of mine";
/** By bcrypt of cost 4. */
const passwordHash = "$2b$04$9iS6CTGYn1UWQj9qX18TkuvOaIkgQPFPw0QyRbX3wiqE6cXK3BgHa";
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

afterAll(() => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`);

test("a person signs in with the old password, and finds watches, bookings, travelers and searches", async () => {
  const email = "Moved.Person@Example.com";
  const path = writeOld({
    users: [user({ id: "u_1", email, password_hash: passwordHash })],
    watches: [
      watch("u_1", { start: day(60), end: day(67) }),
      watch("anon", { email, start: day(90), end: day(97), flexDays: 2 }),
    ],
    bookings: [booking("u_1", { depart_date: day(30), booking_reference: "OLDREFERENCE" })],
    searches: [search("u_1", { depart_date: day(40), searched_at: new Date(Date.now() - 86_400_000).toISOString() })],
    passenger_profiles: [profile("u_1", { first_name: "Grace" })],
  });
  const { exitCode } = await moveIn({ paths: [path], databaseUrl, at: new Date() });
  expect(exitCode).toBe(0);
  const signedIn = await a.read(
    await a.call("POST", "/v1/auth/login", { body: { email: email.toLowerCase(), password } }),
    200,
  );
  const { token } = (signedIn as { session: { token: string } }).session;
  const list = async (of: string) =>
    ((await a.read(await a.call("GET", of, { token }), 200)) as { items: Record<string, unknown>[] }).items;
  expect((await list("/v1/watches")).map(({ state, rules }) => [state, (rules as { target: object }).target])).toEqual([
    ["active", { amount: "119.99", currency: "GBP" }],
    ["active", { amount: "119.99", currency: "GBP" }],
  ]);
  expect(await list("/v1/bookings?when=upcoming")).toMatchObject([
    { reference: "OLDREFERENCE", total: { amount: "119.99", currency: "GBP" } },
  ]);
  expect(await list("/v1/travelers")).toMatchObject([{ givenName: "Grace", familyName: "Lee", bornOn: "1984-05-17" }]);
  expect(await list("/v1/me/searches")).toMatchObject([
    { origin: "LHR", destination: "BGY", departureDate: day(40), results: 4 },
  ]);
}, 20_000);

test("of a watch that had told a price only a further fall is told, and its past says so", async () => {
  const at = new Date("2026-11-25T12:00:00Z");
  const told = watch("u_2", { id: "w_told", targetUsd: 200, lastNotifiedUsd: 180 });
  await moveIn({ paths: [writeOld({ users: [user({ id: "u_2" })], watches: [told] })], databaseUrl, at });
  const [{ id, owner } = { id: "", owner: "" }] = (await sql`
    select price_watches.id, price_watches.user_id as owner from price_watches where legacy_id = 'w_told'`) as {
    id: string;
    owner: string;
  }[];
  for (const [index, price] of [190, 179, 170].entries()) {
    const moment = new Date(at.getTime() + (index + 1) * 86_400_000);
    await Sweep.run(moment, { provider: stubProvider(() => price * 100), cadence: everySweep });
  }
  const { items } = await Watch.decisions(owner, id, { limit: 10 });
  expect(items.map(({ price, decision }) => [price?.amount, decision])).toMatchObject([
    ["170.00", { fired: ["target"] }],
    ["179.00", { silent: "already told" }],
    ["190.00", { silent: "already told" }],
  ]);
  expect(await sql`select price::int from alerts where watch_id = ${id}`).toEqual([{ price: 17_000 }]);
});
