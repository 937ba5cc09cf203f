import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { interceptRequests, losingAnswers } from "../support/network.ts";

const next = "another fine long password";
const replaced = "password_version = case";

/** A user with a second session, both cached, and the ways to end sessions, each for an account of its own. */
async function signedUp() {
  const at = new Date();
  const { user, session } = await User.create(a.signup(), at);
  const other = await a.session(user.id, at);
  const tokens = [session.token, other.token];
  const live = () => Promise.all(tokens.map(async (token) => (await Session.validate(token, at)) !== undefined));
  expect(await live()).toEqual([true, true]);
  const [sessionId = "", otherId = ""] = tokens.map((token) => Session.lookup(token).sessionId);
  await User.requestReset({ email: user.email }, at);
  const token = await a.token(user.id, "reset");
  const login = (password: string) => a.login({ email: user.email, password }, at);
  return { userId: user.id, email: user.email, at, tokens, sessionId, otherId, token, live, login };
}
type Account = Awaited<ReturnType<typeof signedUp>>;

const endings: Record<string, [text: string, end: (one: Account) => Promise<unknown>, left: boolean[]]> = {
  "a reset": [replaced, ({ token, at }) => User.reset({ token, password: next }, at), [false, false]],
  "a change of the password": [
    replaced,
    ({ userId, sessionId, at }) => User.changePassword(userId, sessionId, { current: a.password, next }, at),
    [true, false],
  ],
  "ending one session": ["delete from sessions", ({ userId, otherId }) => Session.end(userId, otherId), [true, false]],
  "ending all sessions": ["delete from sessions", ({ userId }) => Session.endAll(userId), [false, false]],
  "a logout": ["delete from sessions", ({ tokens }) => Session.logout(tokens[1] ?? ""), [true, false]],
  "a deletion": [
    "delete from sessions",
    ({ userId, sessionId, at }) => Privacy.removeAccount(userId, sessionId, at),
    [false, false],
  ],
};

test.each(Object.entries(endings))(
  "%s that Postgres does not receive leaves the sessions as they were, and may be repeated",
  async (_, [text, end, left]) => {
    const one = await signedUp();
    const failed = interceptRequests(
      (service, body) => {
        if (service === "postgres" && body.includes(text)) throw new TypeError("fetch failed");
      },
      () => end(one),
    );
    await expect(failed).rejects.toThrow();
    expect(await one.live()).toEqual([true, true]);
    await end(one);
    expect(await one.live()).toEqual(left);
  },
);

test.each(Object.entries(endings))(
  "%s that Redis does not receive leaves the sessions as they were, and may be repeated",
  async (_, [, end, left]) => {
    const one = await signedUp();
    const failed = interceptRequests(
      (service) => {
        if (service === "redis") throw new TypeError("fetch failed");
      },
      () => end(one),
    );
    await expect(failed).rejects.toMatchObject({ code: "session.unavailable" });
    expect(await one.live()).toEqual([true, true]);
    await end(one);
    expect(await one.live()).toEqual(left);
  },
);

test.each(["a reset", "a change of the password", "ending all sessions", "a deletion"])(
  "%s that was made is answered as made when Redis fails after it",
  async (name) => {
    const [text, end] = endings[name] ?? [];
    const one = await signedUp();
    let [opened, cut] = ["", false];
    await interceptRequests(
      async (service, body) => {
        if (service === "redis" && cut) throw new TypeError("fetch failed");
        if (service !== "postgres" || opened || !body.includes(text ?? "")) return;
        // A sign-in during the change, whose session has to be dropped after it.
        opened = (await a.session(one.userId, one.at)).token;
        cut = true;
      },
      () => end?.(one) ?? Promise.reject(),
    );
    expect(opened).not.toBe("");
    expect(await Session.validate(opened, one.at)).toBeUndefined();
    expect((await one.live())[1]).toBe(false);
    if (name === "a reset") await one.login(next);
  },
);

test.each([
  ["a reset", (one: Account) => one.login(next)],
  ["a change of the password", (one: Account) => one.login(next)],
  ["a deletion", (one: Account) => expect(User.get(one.userId)).rejects.toMatchObject({ code: "user.missing" })],
] as const)("%s whose answer from Postgres was lost is answered as made", async (name, check) => {
  const [text = "", end] = endings[name] ?? [];
  const one = await signedUp();
  await losingAnswers(text, () => end?.(one) ?? Promise.reject());
  expect((await one.live())[1]).toBe(false);
  await check(one);
});

test("a sign-up, a proven address and a changed one are answered as made when the answer was lost", async () => {
  const at = new Date();
  const signed = await losingAnswers("insert into users", () => User.create(a.signup(), at));
  const userId = signed.user.id;
  const { sessionId } = Session.lookup(signed.session.token);
  expect(await Session.validate(signed.session.token, at)).toMatchObject({ userId });
  const verify = await a.token(userId, "verify");
  await losingAnswers("email_verified = true", () => User.verify({ token: verify }, at));
  expect((await User.get(userId)).emailVerified).toBe(true);
  const { email } = a.signup();
  await User.requestEmail(userId, sessionId, { email }, at);
  for (const [kind, changed] of [
    ["email_change_old", false],
    ["email_change_new", true],
  ] as const) {
    const token = await a.token(userId, kind);
    expect(await losingAnswers("insert into account_events", () => User.confirmEmail({ token }, at))).toEqual({
      changed,
    });
  }
  expect((await User.get(userId)).email).toBe(email);
});

test("a sign-up with a taken address is answered so when its owner cannot be told", async () => {
  const input = a.signup();
  await User.create(input, new Date());
  const again = interceptRequests(
    (_, body) => {
      if (body.includes("email_taken")) throw new TypeError("fetch failed");
    },
    () => User.create(input, new Date()),
  );
  await expect(again).rejects.toMatchObject({ code: "user.email_taken" });
});

test("a session whose end failed is asked of Postgres, not cached, until its mark is gone", async () => {
  const one = await signedUp();
  const cut = interceptRequests(
    (service, body) => {
      if (service === "postgres" && body.includes("delete from sessions")) throw new TypeError("fetch failed");
    },
    () => Session.endAll(one.userId),
  );
  await expect(cut).rejects.toThrow();
  const { key } = Session.lookup(one.tokens[0] ?? "");
  expect(await one.live()).toEqual([true, true]);
  expect(await redis.get(key)).toBe("uncached");
  await sql`delete from sessions where sessions.user_id = ${one.userId}`;
  expect(await one.live()).toEqual([false, false]);
});
