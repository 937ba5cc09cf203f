import * as argon2 from "@node-rs/argon2";
import * as bcrypt from "@node-rs/bcrypt";
import { batch, redis } from "@travel-conductor/core/cache";
import { sql } from "@travel-conductor/core/db";
import { env } from "@travel-conductor/core/env";
import * as Limit from "@travel-conductor/core/limit";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";

// Signing in against the one hash that it cannot do without (and, to know what of the rest is ours, that hash among as
// many requests that ask for nothing); knowing a session against the one GET that it cannot do without; and failing with
// a known, an unknown and a moved-in address against each other. Medians of tries in turn.
const tries = { login: 400, session: 1_000, failure: 200 };
const password = "nine small green boats";
const from = { address: "203.0.113.77", device: "Firefox/133.0 (Linux)" };
const count = counting();

const hashed = await argon2.hash(password, { memoryCost: 47_104, timeCost: 1, parallelism: 1 });
const { user, session } = await signUp("known@example.com");
const verify = () => argon2.verify(hashed, password);
const [login, empty, bare] = await medians(tries.login, [signIn, empties, verify]);
const before = count();
await signIn();
const asked = { postgres: count().postgres - before.postgres, redis: count().redis - before.redis };
if (asked.postgres > 2 || asked.redis > 1) throw new Error(`a login asked too often: ${JSON.stringify(asked)}`);
console.log(`login ${ms(login)}; ${asked.postgres} requests to Postgres, ${asked.redis} to Redis`);
console.log(`argon2 ${ms(bare)}; among as many empty requests ${ms(empty)}, ${ratio(empty, bare)} times as long`);

const { key } = Session.lookup(session.token);
await Session.validate(session.token, new Date());
const [known, got] = await medians(tries.session, [
  () => Session.validate(session.token, new Date()),
  () => redis.get(key),
]);
console.log(`session ${ms(known)}, GET ${ms(got)}`);

const moved = await signUp("moved@example.com");
// What the application before kept: bcrypt of cost 12.
const old = await bcrypt.hash(password, 12);
await sql`update users set password_hash = ${old} where users.id = ${moved.user.id}`;
const addresses = [user.email, "nobody@example.com", moved.user.email];
const failures = await medians(
  tries.failure,
  addresses.map(
    (email) => () => User.login({ email, password: "nine small red boats" }, new Date(), from).catch(refused),
  ),
  true,
);
console.log(`failures: known ${ms(failures[0])}, unknown ${ms(failures[1])}, moved in ${ms(failures[2])}`);

console.log(
  JSON.stringify({
    login_per_argon2: ratio(login, bare),
    session_per_get: ratio(known, got),
    enumeration_time_ratio: ratio(Math.max(...failures), Math.min(...failures)),
  }),
);

function signUp(email: string): Promise<User.Signed> {
  return User.create({ email, password, firstName: "Robin", lastName: "Example" }, new Date(), from);
}

/** As the door does it: counted first, by a limit that here never closes. */
async function signIn(): Promise<void> {
  const questions = batch();
  const uses = Limit.take(questions, "login", { address: from.address, account: user.email });
  await questions.send();
  await uses;
  await User.login({ email: user.email, password }, new Date(), from);
}

/** A login's requests, one after the other as there, with nothing asked for: what this machine takes for the way alone. */
async function empties(): Promise<void> {
  await redis.get("nothing");
  await sql`select`;
  await verify();
  await sql`select`;
}

function refused(error: { code?: string }): void {
  if (error.code !== "user.credentials") throw error;
}

/**
 * Of each work so many times, round by round: in turn, whoever was first last in the next round, or (as most of their
 * time is waiting) `together`. The first tenth warms up.
 */
async function medians(rounds: number, works: (() => Promise<unknown>)[], together = false): Promise<number[]> {
  const spent: number[][] = works.map(() => []);
  for (let round = -rounds / 10; round < rounds; round++) {
    const turns = [...works.keys()].map((turn) => (turn + round + rounds) % works.length);
    const run = async (index: number) => {
      const began = performance.now();
      await works[index]?.();
      if (round >= 0) spent[index]?.push(performance.now() - began);
    };
    if (together) await Promise.all(turns.map(run));
    else for (const index of turns) await run(index);
  }
  return spent.map((times) => times.sort((one, other) => one - other)[times.length >> 1] ?? Number.NaN);
}

/** Every HTTP request this process makes to the gateways. */
function counting(): () => { postgres: number; redis: number } {
  const made = { postgres: 0, redis: 0 };
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => {
    made[String(url).startsWith(env.UPSTASH_REDIS_REST_URL) ? "redis" : "postgres"]++;
    return fetch(url, init);
  };
  return () => ({ ...made });
}

function ratio(one = Number.NaN, other = Number.NaN): number {
  return Math.round((one / other) * 1000) / 1000;
}

function ms(time = Number.NaN): string {
  return `${time.toFixed(2)} ms`;
}
