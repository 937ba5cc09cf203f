import { sql } from "@travel-conductor/core/base/db";
import * as Link from "@travel-conductor/core/link";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const hour = 3_600;
const soon = () => Math.floor(Date.now() / 1000) + hour;

/** A person with a watch, and the token of a link to it. */
async function linked(purpose: Link.Purpose, over: Partial<Link.Signed> = {}) {
  const { token: session, userId } = await a.proven();
  const { id } = await a.watch(session);
  const watchId = purpose === "unsubscribe" || purpose === "keep" ? null : id;
  return { session, userId, id, token: Link.signLink({ purpose, userId, watchId, until: soon(), ...over }) };
}

const use = (token: string, more: a.Sent = {}) => a.call("POST", "/v1/links", { ...more, body: { token } });
const preview = (token: string) => a.call("POST", "/v1/links/preview", { body: { token } });
const watchOf = async ({ session, id }: { session: string; id: string }) =>
  a.read(await a.call("GET", `/v1/watches/${id}`, { token: session }), 200);
const mailOf = async (userId: string) =>
  (
    await sql`
      select channels.status, channels.off_because as "because"
        from channels
       where channels.user_id = ${userId} and channels.kind = 'email'`
  )[0];

test.each([
  ["snooze", "snoozed"],
  ["stop", "paused"],
  ["booked", "ended"],
] as const)("%s: a preview changes nothing, the use does it, and twice is once", async (purpose, state) => {
  const one = await linked(purpose);
  const said = await a.read(await preview(one.token), 200);
  expect(said).toMatchObject({ purpose, isDone: false, watch: { id: one.id, state: "active", origin: "STN" } });
  expect(said.places.STN.city).toBe("London");
  expect(await watchOf(one)).toMatchObject({ state: "active" });
  const done = await a.read(await use(one.token), 200);
  expect(done).toMatchObject({ purpose, isDone: true, watch: { state } });
  const first = await watchOf(one);
  expect(first).toMatchObject({ state });
  expect(await a.read(await use(one.token), 200)).toEqual(done);
  const { snoozedUntil } = await watchOf(one);
  expect(snoozedUntil).toBe(first.snoozedUntil);
  if (purpose === "snooze") {
    const days = (Date.parse(snoozedUntil) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
  }
});

test("a used link shows that its reader is there, and a preview does not", async () => {
  const { userId, token } = await linked("keep");
  const used = async () => (await sql`select users.seen_at as at from users where users.id = ${userId}`)[0]?.at as Date;
  const before = new Date("2026-01-01T00:00:00Z");
  await sql`update users set seen_at = ${before} where users.id = ${userId}`;
  expect(await a.read(await preview(token), 200)).toEqual({ purpose: "keep", isDone: false, watch: null, places: {} });
  expect(await used()).toEqual(before);
  await a.read(await use(token), 200);
  expect((await used()).getTime()).toBeGreaterThan(before.getTime());
});

test("a link to keep watching resumes what has paused because its owner was silent, and nothing else", async () => {
  const one = await linked("keep");
  const own = await a.watch(one.session, { departureDate: "2027-09-02" });
  await sql`
    update price_watches
       set is_active = false,
           paused_because = case when price_watches.id = ${one.id} then 'silent' else 'person' end
     where price_watches.user_id = ${one.userId}`;
  await a.read(await preview(one.token), 200);
  expect(await watchOf(one)).toMatchObject({ state: "paused", pausedBecause: "silent" });
  for (let twice = 0; twice < 2; twice++) {
    expect(await a.read(await use(one.token), 200)).toMatchObject({ purpose: "keep" });
    expect(await watchOf(one)).toMatchObject({ state: "active", pausedBecause: null });
    expect(await watchOf({ ...one, id: own.id })).toMatchObject({ state: "paused", pausedBecause: "person" });
  }
});

test("a forged, altered, dead or foreign link has one answer, and changes nothing", async () => {
  const { userId, id, token, session } = await linked("stop");
  const content = Buffer.from(token, "base64url");
  content[20] = (content[20] ?? 0) ^ 1;
  const other = await linked("stop");
  const gone = await linked("stop");
  await a.call("DELETE", `/v1/watches/${gone.id}`, { token: gone.session });
  const nobody = `usr_${"0".repeat(26)}`;
  const dead = [
    "x",
    "",
    `${token}=`,
    `${token}A`,
    token.slice(0, -2),
    content.toString("base64url"),
    (await linked("stop", { until: soon() - 2 * hour })).token,
    // Signed by us, for another's watch, for no watch, for nobody.
    Link.signLink({ purpose: "stop", userId, watchId: other.id, until: soon() }),
    Link.signLink({ purpose: "stop", userId, watchId: null, until: soon() }),
    Link.signLink({ purpose: "keep", userId: nobody, watchId: null, until: soon() }),
    gone.token,
  ];
  const answers = await Promise.all(dead.map(async (each) => a.answer(await use(each))));
  expect(answers[0]).toMatchObject({ status: 404 });
  expect(JSON.parse(answers[0]?.body ?? "")).toMatchObject({ code: "link.dead" });
  for (const each of answers) expect(each).toEqual(answers[0]);
  for (const each of dead.slice(0, 8)) expect((await preview(each)).status).toBe(404);
  expect(await watchOf({ session, id })).toMatchObject({ state: "active" });
  expect(await watchOf(other)).toMatchObject({ state: "active" });
  expect((await a.call("POST", "/v1/links", { body: { token: "x".repeat(1_001) } })).status).toBe(422);
});

/** What Gmail and others send: a form, no cookie, no origin. */
const oneClick = (token: string, method = "POST") =>
  a.call(method, `/v1/links/unsubscribe?token=${token}`, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    ...(method === "GET" ? {} : { body: "List-Unsubscribe=One-Click" }),
  });

test("a mail program unsubscribes with one post of a form, without cookie, session or redirect", async () => {
  const { userId, token } = await linked("unsubscribe");
  expect((await oneClick(token, "GET")).status).toBe(405);
  expect(await mailOf(userId)).toEqual({ status: "on", because: null });
  const response = await oneClick(token);
  expect(response.status).toBe(200);
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("set-cookie")).toBeNull();
  expect(await mailOf(userId)).toEqual({ status: "off", because: "unsubscribed" });
  expect((await oneClick(token)).status).toBe(200);
  // Its owner may turn it on again; the old link still works after that.
  await sql`update channels set status = 'on', off_because = null where channels.user_id = ${userId}`;
  await a.read(await use(token), 200);
  expect(await mailOf(userId)).toEqual({ status: "off", because: "unsubscribed" });
});

test("a link for another purpose unsubscribes nobody", async () => {
  const { userId, token } = await linked("keep");
  expect((await oneClick(token)).status).toBe(404);
  expect(await mailOf(userId)).toEqual({ status: "on", because: null });
});

test("links are counted by address", async () => {
  const address = a.somewhere();
  let tried = 0;
  while (tried < 200 && (await use("x", { address })).status === 404) tried++;
  expect(tried).toBeGreaterThanOrEqual(120);
  expect(tried).toBeLessThan(200);
});
