import { EventEmitter, once } from "node:events";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { afterNoon, hour, sweep } from "../support/sweep.ts";
import { endingWatch, whileLocked } from "../support/watches.ts";

/** Waits until this number of connections wait for a locked row. */
async function waiting(count: number): Promise<void> {
  for (let found = 0; found < count; ) {
    const [row] = await sql`
      select count(*)::int as count
        from pg_stat_activity
       where pg_stat_activity.datname = current_database()
         and pg_stat_activity.wait_event_type = 'Lock'`;
    found = row?.count;
  }
}

test("deleting an account while a sweep settles its watch waits for the sweep, and neither fails", async () => {
  const { user, session } = await User.create(a.signup(), new Date());
  const { id, name } = await a.watch({ rules: { target: "200.00" } }, { userId: user.id });
  const fare = sql`
    select
      from fares
      join watch_fares on watch_fares.fare_id = fares.id
     where watch_fares.watch_id = ${id}
       for no key update of fares`;
  const gate = new EventEmitter();
  const [decided, open] = [once(gate, "decided"), once(gate, "open")];
  const swept = interceptRequests(
    async (_, body) => {
      if (!body.includes("insert into alerts")) return;
      gate.emit("decided");
      await open;
    },
    () => sweep(a.noon, { [name]: 190_00 }),
  );
  await decided;
  let removed: Promise<void> | undefined;
  await whileLocked(fare, async () => {
    gate.emit("open");
    await waiting(1);
    removed = Privacy.removeAccount(user.id, Session.lookup(session.token).sessionId, new Date());
    await waiting(2);
  });
  await Promise.all([swept, removed]);
  expect(await sql`select from alerts where alerts.user_id = ${user.id}`).toEqual([]);
});

test("deleting an account while its watches are edited, priced and ended causes no deadlock", async () => {
  for (let round = 0; round < 10; round++) {
    const { user, session } = await User.create(a.signup(), new Date());
    const watches = [];
    for (let n = 0; n < 6; n++) watches.push(await endingWatch(afterNoon(n % 2 ? hour : 9 * hour), {}, user.id));
    const { sessionId } = Session.lookup(session.token);
    const gone = (error: { code?: string }) => expect(["watch.missing", "watch.ended"]).toContain(error.code);
    await Promise.all([
      ...watches.map(({ id }) => Watch.snooze(user.id, id, { days: 1 + round }, afterNoon(round)).catch(gone)),
      Privacy.removeAccount(user.id, sessionId, new Date()),
      Watch.expire(afterNoon(hour)),
      sweep(afterNoon(round), Object.fromEntries(watches.map(({ name }) => [name, 190_00]))),
      ...watches.map(({ id }) => Watch.markBooked(user.id, id, {}, afterNoon(round)).catch(gone)),
    ]);
    expect(await sql`select from price_watches where price_watches.user_id = ${user.id}`).toEqual([]);
    expect(await a.mail(user.id)).toEqual([]);
  }
});
