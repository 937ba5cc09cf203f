import * as argon2 from "@node-rs/argon2";
import * as bcrypt from "@node-rs/bcrypt";
import { batch, redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as Limit from "@travel-conductor/core/limit";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import { ms, ratio } from "./figures.ts";
import { counting, medians } from "./measure.ts";

// Measures a login against the one password hash that it cannot avoid (and, to separate our own cost, against that hash
// between the same number of empty requests); a session check against the one GET that it cannot avoid; and failed
// logins with a known, an unknown and an imported e-mail address against each other. Medians, measured in turn.
const tries = { login: 400, session: 1_000, failure: 200 };
const password = "nine small green boats";
const from = { address: "203.0.113.77", device: "Firefox/133.0 (Linux)" };
const count = counting();

const hashed = await argon2.hash(password, { memoryCost: 47_104, timeCost: 1, parallelism: 1 });
const { user, session } = await signUp("known@example.com");
const verify = () => argon2.verify(hashed, password);
const [login, empty, bare] = await medians(tries.login, [signIn, emptyRequests, verify]);
const before = count();
await signIn();
const requests = { postgres: count().postgres - before.postgres, redis: count().redis - before.redis };
if (requests.postgres > 2 || requests.redis > 1)
  throw new Error(`a login asked too often: ${JSON.stringify(requests)}`);
console.log(`login ${ms(login)}; ${requests.postgres} requests to Postgres, ${requests.redis} to Redis`);
console.log(`argon2 ${ms(bare)}; among as many empty requests ${ms(empty)}, ${ratio(empty, bare)} times as long`);

const { key } = Session.lookup(session.token);
await Session.validate(session.token, new Date());
const [known, got] = await medians(tries.session, [
  () => Session.validate(session.token, new Date()),
  () => redis.get(key),
]);
console.log(`session ${ms(known)}, GET ${ms(got)}`);

const moved = await signUp("moved@example.com");
// The hash that the previous application stored: bcrypt of cost 12.
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

function signUp(email: string): Promise<User.SignedIn> {
  return User.create({ email, password, firstName: "Robin", lastName: "Example" }, new Date(), from);
}

/** Logs in as the API's route does: counts the attempt first, with a limit that is never reached here. */
async function signIn(): Promise<void> {
  const questions = batch();
  const uses = Limit.count(questions, "login", { address: from.address, account: user.email });
  await questions.send();
  await uses;
  await User.login({ email: user.email, password }, new Date(), from);
}

/**
 * The requests of a login, one after another as there, with empty queries: the time that this machine needs for the
 * requests alone.
 */
async function emptyRequests(): Promise<void> {
  await redis.get("nothing");
  await sql`select`;
  await verify();
  await sql`select`;
}

function refused(error: { code?: string }): void {
  if (error.code !== "user.credentials") throw error;
}
