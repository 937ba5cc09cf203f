import * as argon2 from "@node-rs/argon2";
import * as bcrypt from "@node-rs/bcrypt";
import { counted } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import type { Problem } from "../../src/base/error.ts";
import * as Session from "../../src/session.ts";
import { requireAcceptable } from "../../src/user/password.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";

vi.mock("@node-rs/argon2", { spy: true });
vi.mock("@node-rs/bcrypt", { spy: true });

const now = new Date();
const next = "another fine long password";
const credentials = { kind: "auth", code: "user.credentials" };
const from = { address: "203.0.113.77" };

/** An imported account: its password's hash is bcrypt's, as the previous application stored it. */
async function movedIn(prefix: "$2a$" | "$2b$" | "$2y$", password = a.password) {
  const { email } = a.signup();
  const userId = await a.user({ email });
  const hash = (await bcrypt.hash(password, 4)).replace("$2b$", prefix);
  await sql`update users set password_hash = ${hash} where users.id = ${userId}`;
  return { userId, email, hash };
}

async function stored(userId: string): Promise<string> {
  const [row] = await sql`select users.password_hash as hash from users where users.id = ${userId}`;
  return row?.hash;
}

test.each(["$2a$", "$2b$", "$2y$"] as const)(
  "an old %s hash signs in and is replaced, then signs in again",
  async (prefix) => {
    const { userId, email, hash } = await movedIn(prefix);
    await expect(a.login({ email, password: "wrong password" }, now)).rejects.toMatchObject(credentials);
    expect(await stored(userId)).toBe(hash);
    await a.login({ email, password: a.password }, now);
    const renewed = await stored(userId);
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    await a.login({ email, password: a.password }, now);
    expect(await stored(userId)).toBe(renewed);
    await expect(a.login({ email, password: "wrong password" }, now)).rejects.toMatchObject(credentials);
    expect(await stored(userId)).toBe(renewed);
  },
);

test("an old password that a sign-up would refuse now still signs in", async () => {
  const { userId, email } = await movedIn("$2a$", "secret");
  expect((await a.login({ email, password: "secret" }, now)).user.id).toBe(userId);
  expect((await a.login({ email, password: "secret" }, now)).user.id).toBe(userId);
});

test("the part of a long password that bcrypt did not read does not become the password", async () => {
  const whole = `${"x".repeat(72)} the end`;
  const { userId, email, hash } = await movedIn("$2b$", whole);
  await a.login({ email, password: `${"x".repeat(72)} mistyped` }, now);
  expect(await stored(userId)).toBe(hash);
  await a.login({ email, password: whole }, now);
});

test("a malformed hash matches no password", async () => {
  const { userId, email } = await movedIn("$2a$");
  for (const broken of ["$2a$", "$2b$10$short", `$2y$99$${"a".repeat(53)}`]) {
    await sql`update users set password_hash = ${broken} where users.id = ${userId}`;
    await expect(a.login({ email, password: a.password }, now)).rejects.toMatchObject(credentials);
  }
});

test("concurrent sign-ins with an old hash leave one good one", async () => {
  const { userId, email } = await movedIn("$2b$");
  await Promise.all(Array.from({ length: 5 }, () => a.login({ email, password: a.password }, now)));
  expect(await stored(userId)).toMatch(/^\$argon2id\$/);
  await a.login({ email, password: a.password }, now);
});

test("an old hash does not replace a password that was set meanwhile", async () => {
  const { userId, email } = await movedIn("$2b$");
  await User.requestReset({ email }, now);
  const token = await a.token(userId, "reset");
  let resetting: Promise<void> | undefined;
  const login = interceptRequests(
    async (service, body) => {
      if (service !== "postgres" || !body.includes('insert into \\"sessions\\"') || resetting) return;
      resetting = User.reset({ token, password: next }, now);
      await resetting;
    },
    () => a.login({ email, password: a.password }, now),
  );
  await expect(login).rejects.toMatchObject({ code: "session.outrun" });
  expect(resetting).toBeDefined();
  expect(await sql`select from sessions where sessions.user_id = ${userId}`).toEqual([]);
  await expect(a.login({ email, password: a.password }, now)).rejects.toMatchObject(credentials);
  expect((await a.login({ email, password: next }, now)).user.id).toBe(userId);
});

test("a known, an unknown and an imported address fail alike: answer, statements, hashes, time", async () => {
  const known = await a.user({ email: "known@example.com" });
  expect(known).toBeDefined();
  const { email: old } = await movedIn("$2a$");
  const seen: unknown[] = [];
  for (const email of ["known@example.com", a.signup().email, old, "no address"]) {
    vi.mocked(argon2.verify).mockClear();
    vi.mocked(bcrypt.verify).mockClear();
    const statements: number[] = [];
    let failure: Problem | undefined;
    const began = performance.now();
    const requests = await counted(() =>
      interceptRequests(
        (_, body) => {
          statements.push(JSON.parse(body).queries?.length ?? 1);
        },
        () => a.login({ email, password: "wrong password" }, now, from).catch((problem) => (failure = problem)),
      ),
    );
    expect(performance.now() - began).toBeGreaterThanOrEqual(600);
    const hashes = vi.mocked(argon2.verify).mock.calls.length + vi.mocked(bcrypt.verify).mock.calls.length;
    seen.push({ requests, statements, hashes, kind: failure?.kind, code: failure?.code, message: failure?.message });
  }
  for (const one of seen) expect(one).toEqual(seen[0]);
  expect(seen[0]).toMatchObject({ requests: { postgres: 2, redis: 0 }, statements: [1, 1], hashes: 1, ...credentials });
});

test("signing in takes two requests to Postgres, and no more when the hash is replaced", async () => {
  const { email } = await movedIn("$2b$");
  const login = () => a.login({ email, password: a.password }, now, from);
  expect(await counted(login)).toEqual({ postgres: 2, redis: 0 });
  expect(await counted(login)).toEqual({ postgres: 2, redis: 0 });
});

test("a reset request is answered alike for a known, an unknown and an imported address", async () => {
  const { email: old } = await movedIn("$2a$");
  const known = a.signup();
  await User.create(known, now);
  const seen: string[][] = [];
  for (const email of [known.email, old, a.signup().email, "no address"]) {
    const statements: string[] = [];
    const began = performance.now();
    const ask = () => User.requestReset({ email }, now, from);
    await interceptRequests(
      (_, body) => void statements.push(...JSON.parse(body).queries.map(({ query }: Query) => query)),
      ask,
    );
    expect(performance.now() - began).toBeGreaterThanOrEqual(600);
    seen.push(statements);
  }
  for (const statements of seen) expect(statements).toEqual(seen[0]);
  expect(seen[0]).toHaveLength(3);
});

type Query = { query: string };

test.each([
  ["password", "user.password_common"],
  ["PassWord1", "user.password_common"],
  ["１２３４５６７８", "user.password_common"],
  ["iloveyou", "user.password_common"],
  ["qwertyuiop", "user.password_common"],
  ["my ann.lee@example.com", "user.password_email"],
  ["x ANN.LEE x", "user.password_email"],
])("%s is refused as a new password", async (password, code) => {
  const refused = requireAcceptable(password.normalize("NFKC").padEnd(8), "Ann.Lee@example.com", "/next");
  await expect(refused).rejects.toMatchObject({ kind: "input", code, errors: [{ pointer: "/next" }] });
});

test("a common password is refused everywhere, and for no other reasons", async () => {
  const input = a.signup();
  const { user, session } = await User.create(input, now);
  const { sessionId = "" } = (await Session.validate(session.token, now)) ?? {};
  await User.requestReset({ email: input.email }, now);
  const token = await a.token(user.id, "reset");
  for (const password of ["password1", "My TravelConductor 7", input.email]) {
    const problem = { kind: "input", code: expect.stringMatching(/^user\.password_(common|email)$/) };
    await expect(User.create({ ...input, password }, now)).rejects.toMatchObject(problem);
    const change = { current: input.password, next: password };
    await expect(User.changePassword(user.id, sessionId, change, now)).rejects.toMatchObject(problem);
    await expect(User.reset({ token, password }, now)).rejects.toMatchObject(problem);
  }
  for (const good of ["xkqvjzwp", "tea at noon", "𝒜".repeat(8), "        ", "ann9 over the hills"])
    await expect(requireAcceptable(good, "ann@example.com", "/password")).resolves.toBeUndefined();
  await User.reset({ token, password: next }, now);
});

test("no hash blocks the event loop, also old ones", async () => {
  const hash = await bcrypt.hash(a.password, 8);
  let turns = 0;
  const count = () => {
    turns++;
    turning = setImmediate(count);
  };
  let turning = setImmediate(count);
  const { verify } = await import("../../src/user/password.ts");
  expect(await verify(hash, a.password)).toBe(true);
  clearImmediate(turning);
  expect(turns).toBeGreaterThan(10);
});
