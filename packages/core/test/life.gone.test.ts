import { expect, test } from "vitest";
import { sql } from "../src/db.ts";
import * as Privacy from "../src/privacy.ts";
import * as Session from "../src/session.ts";
import * as User from "../src/user.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./a.ts";
import { ending } from "./living.ts";
import { hour, later } from "./sweeping.ts";

test("an account may go while its watches are edited and end, and nobody waits in a circle", async () => {
  for (let round = 0; round < 10; round++) {
    const { user, session } = await User.create(a.signup(), new Date());
    const watches = [];
    for (let n = 0; n < 6; n++) watches.push(await ending(later(n % 2 ? hour : 9 * hour), {}, user.id));
    const { sessionId } = Session.lookup(session.token);
    const gone = (error: { code?: string }) => expect(["watch.missing", "watch.ended"]).toContain(error.code);
    await Promise.all([
      ...watches.map(({ id }) => Watch.snooze(user.id, id, { days: 1 + round }, later(round)).catch(gone)),
      Privacy.remove(user.id, sessionId, new Date()),
      Watch.tend(later(hour)),
      ...watches.map(({ id }) => Watch.booked(user.id, id, {}, later(round)).catch(gone)),
    ]);
    expect(await sql`select from price_watches where price_watches.user_id = ${user.id}`).toEqual([]);
    expect(await a.mail(user.id)).toEqual([]);
  }
});
