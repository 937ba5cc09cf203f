import * as Analytics from "@travel-conductor/core/analytics";
import { batch, redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import { newId } from "@travel-conductor/core/base/id";
import * as Limit from "@travel-conductor/core/limit";
import * as Link from "@travel-conductor/core/link";
import * as Payment from "@travel-conductor/core/payment";
import * as Session from "@travel-conductor/core/session";
import { stripe } from "@travel-conductor/local/testing";
import { planted } from "@travel-conductor/local/testing/canaries";
import { expect } from "vitest";
import { app } from "../../src/api/index.ts";
import { requireListed } from "./document.ts";

export const origin = "https://app.example.com";
export const password: string = planted.otherPassword;

export type Sent = { token?: string; headers?: Record<string, string>; body?: unknown; address?: string };

let addresses = 0;

/** A network address that no other request has used. */
export const somewhere = () => `2001:db8:${(++addresses >> 16).toString(16)}:${(addresses & 0xffff).toString(16)}::1`;

/** API Gateway's request context for a request from `address`. */
export const gateway = (address: string) => ({ requestContext: { http: { sourceIp: address } } });

/** One request to the app, from an address of its own by default; a body that is not text is sent as JSON. */
export async function call(method: string, path: string, sent: Sent = {}): Promise<Response> {
  const { token, headers = {}, body, address = somewhere() } = sent;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const init = {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  };
  const response = await app.request(path, init, gateway(address));
  await requireListed(method, path, response);
  return response;
}

/** The JSON of an answer that must have this status. */
export async function read(response: Response, status: number) {
  const body = await response.text();
  expect(response.status, body).toBe(status);
  return JSON.parse(body);
}

/** An answer without what differs between requests: its request id and the usage of limits. */
export async function answer(response: Response) {
  const own = response.headers.get("x-request-id") ?? "";
  const kept = [...response.headers].filter(
    ([name]) => !["x-request-id", "ratelimit", "ratelimit-policy"].includes(name),
  );
  return { status: response.status, headers: kept, body: (await response.text()).replaceAll(own, "") };
}

export const signup = () => ({ email: `${newId("usr")}@example.com`, password, firstName: "Ada", lastName: "Ling" });

/** A new user, signed in. */
export async function user(): Promise<{ token: string; userId: string; email: string }> {
  const body = await read(await call("POST", "/v1/auth/signup", { body: signup() }), 201);
  return { token: body.session.token, userId: body.user.id, email: body.user.email };
}

/** An operator, signed in. */
export async function operator(): Promise<{ token: string; userId: string }> {
  const { token, userId } = await user();
  await sql`update users set is_operator = true where users.id = ${userId}`;
  return { token, userId };
}

/** A user with a proven address, signed in. */
export async function proven(): Promise<{ token: string; userId: string; email: string }> {
  const made = await user();
  await sql`update users set email_verified = true where users.id = ${made.userId}`;
  return made;
}

/** Makes a key of the session's user, whose address is then proven. */
export async function key(token: string, scopes: string[], over: object = {}): Promise<{ id: string; key: string }> {
  const { sessionId } = Session.lookup(token);
  await sql`
    update users
       set email_verified = true
      from sessions
     where sessions.id = ${sessionId}
       and users.id = sessions.user_id`;
  return read(await call("POST", "/v1/me/keys", { token, body: { name: "One", scopes, ...over } }), 201);
}

/** A webhook of the user. */
export async function channel(token: string, over: object = {}): Promise<{ id: string; secret: string }> {
  const body = { kind: "webhook", url: "https://hooks.example.com/prices", ...over };
  return read(await call("POST", "/v1/channels", { token, body }), 201);
}

/** A setup of the user, whose address is proven, with a card that a browser has given to Stripe: its id. */
export async function cardSetup(token: string): Promise<string> {
  const { user } = await read(await call("GET", "/v1/me", { token }), 200);
  await sql`update users set email_verified = true where users.id = ${user.id}`;
  const { id } = await Payment.setup(user.id);
  stripe.enterCard(id);
  return id;
}

/** A card of the user. */
export async function card(token: string): Promise<{ id: string }> {
  const id = await cardSetup(token);
  return read(await call("POST", `/v1/payment-methods/setup/${id}/finish`, { token }), 200);
}

/** An event of Stripe, signed. */
export function fromStripe(type = "customer.updated", object: object = { id: "cus_1" }) {
  const { header, body } = stripe.post({ id: newId("evt"), created: 0, type, object });
  return { headers: { "stripe-signature": header }, body };
}

/** The id of a message to a webhook that was given up, with its words kept. */
export async function failedMessage(): Promise<string> {
  const { token, userId } = await user();
  const channel = await read(
    await call("POST", "/v1/channels", { token, body: { kind: "webhook", url: "https://hooks.example.com/prices" } }),
    201,
  );
  const id = newId("msg");
  await sql`
    insert into messages (id, user_id, kind, channel_id, status, words, settled_at, failure)
    values (${id}, ${userId}, 'test', ${channel.id}, 'failed', '{}', now(), 'HTTP 500')`;
  return id;
}

/** The token of a link in a message to a new user, about a watch of theirs. */
export async function linkTo(purpose: Link.Purpose): Promise<string> {
  const { token, userId } = await user();
  const { id } = await watch(token);
  const watchId = purpose === "unsubscribe" || purpose === "keep" ? null : id;
  return Link.signLink({ purpose, userId, watchId, until: Math.floor(Date.now() / 1000) + 3_600 });
}

/** Signs the user in once more and returns the new session's id. */
export async function session(email: string): Promise<string> {
  const { session } = await read(await call("POST", "/v1/auth/login", { body: { email, password } }), 200);
  return Session.lookup(session.token).sessionId;
}

/** Expects a 202 without a body. */
export async function accepted(response: Response): Promise<void> {
  expect([response.status, await response.text()]).toEqual([202, ""]);
}

/** The token in the newest link of a kind queued for an address. */
export async function link(email: string, kind: string): Promise<string> {
  const [row] = await sql`
    select messages.data->>'token' as "token"
      from messages
     where messages.email = ${email}
       and messages.kind = ${kind}
     order by messages.created_at desc
     limit 1`;
  return row?.token;
}

let lastSpent: { address: string; until: number } | undefined;

/** A network address that has used up all limits, for at least 15 s more. */
export async function spent(): Promise<string> {
  if (lastSpent && Date.now() < lastSpent.until) return lastSpent.address;
  const address = await spend();
  // The shortest window is a minute, and counts in the next one too.
  lastSpent = { address, until: Date.now() + 45_000 };
  return address;
}

async function spend(): Promise<string> {
  const address = somewhere();
  const before = new Set(await redis.keys("limit:*"));
  const questions = batch();
  const rules = [
    "general",
    "search",
    "calendar",
    "insight",
    "decisions",
    "simulation",
    "signup",
    "login",
    "reset",
    "resend",
    "forgotten",
    "invalid",
    "keys",
    "challenge",
    "links",
  ] as const;
  const counted = rules.map((rule) => Limit.count(questions, rule, { address }));
  await questions.send();
  await Promise.all(counted);
  const keys = (await redis.keys("limit:*")).filter((key) => !before.has(key));
  for (const key of keys) await redis.incrby(key, 100_000);
  return address;
}

/** A day that is on sale, `days` from now. */
const day = (days = 60) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The id of an offer on sale. */
export async function offer(): Promise<string> {
  const found = await read(await call("GET", `/v1/flights?origin=LHR&destination=JFK&departureDate=${day()}`), 200);
  return found.items[0].id;
}

/** A search of `token`'s user, as it is in the history. */
export async function search(token: string): Promise<{ id: string }> {
  await read(await call("GET", `/v1/flights?origin=STN&destination=BGY&departureDate=${day()}`, { token }), 200);
  await Analytics.flush(new Date(Date.now() + 60_000));
  const { items } = await read(await call("GET", "/v1/me/searches", { token }), 200);
  return items[0];
}

/** What Telegram sends with each update, and an update: what a person wrote to the bot. */
export const fromTelegram = { "x-telegram-bot-api-secret-token": env.TELEGRAM_SECRET ?? "" };
let updates = 0;
export const update = (text: string, { chat = 12_345, date = 1_764_158_400, over = {} } = {}) => ({
  update_id: ++updates,
  message: {
    message_id: updates,
    date,
    text,
    chat: { id: chat, type: "private", first_name: "Ada" },
    from: { id: chat, is_bot: false, first_name: "Ada", language_code: "en" },
  },
  ...over,
});

/** The address of a new feed or calendar, as a path. */
export async function feed(token: string, kind: "atom" | "calendar"): Promise<string> {
  const { url } = await read(await call("POST", "/v1/channels", { token, body: { kind } }), 201);
  return new URL(url).pathname;
}

let asked = 0;

/** The body of a new watch, on a fare of its own. */
export const wanted = (over: object = {}) => ({
  origin: "STN",
  destination: "BGY",
  departureDate: day(30 + (asked++ % 300)),
  currency: "GBP",
  rules: { target: "20.00" },
  ...over,
});

export async function watch(token: string, over: object = {}): Promise<{ id: string }> {
  return read(await call("POST", "/v1/watches", { token, body: wanted(over) }), 201);
}

/** An alert of one of `token`'s watches, written as the sweep writes it. */
export async function alert(token: string): Promise<{ id: string }> {
  const { id } = await watch(token);
  const [row] = await sql`
    insert into alerts (id, user_id, watch_id, fare_id, at, price, currency, rules, already_true, mistake_fare)
    select ${newId("alr")}, price_watches.user_id, price_watches.id, watch_fares.fare_id, now(), 1900, 'GBP', '{target}', true, false
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     where price_watches.id = ${id}
    returning alerts.id`;
  return row as { id: string };
}
