import { createHash, randomBytes } from "node:crypto";
import { newId } from "@travel-conductor/core/base/id";
import * as Factor from "@travel-conductor/core/factor";
import * as Privacy from "@travel-conductor/core/privacy";
import { forBookings } from "./bookings.ts";
import * as a from "./client.ts";
import * as f from "./factors.ts";
import { forOperators } from "./operators.ts";
import { forPayments } from "./payments.ts";
import { forPosts } from "./posts.ts";
import { forTravelers } from "./travelers.ts";

export type Request = a.Sent & { path: string };

/** A request that its operation answers as promised; ids in its path are the sender's own. */
export const good: Record<string, () => Request | Promise<Request>> = {
  ...f.forFactors,
  ...forOperators,
  ...forPayments,
  ...forTravelers,
  ...forBookings,
  ...forPosts,
  "GET /health": () => ({ path: "/health" }),
  "POST /v1/auth/signup": () => ({ path: "/v1/auth/signup", body: a.signup() }),
  "POST /v1/auth/login": async () => {
    const { email } = await a.user();
    return { path: "/v1/auth/login", body: { email, password: a.password } };
  },
  "POST /v1/auth/login/code": async () => {
    const one = await f.owner();
    const { codes } = await f.withApp(one);
    return { path: "/v1/auth/login/code", body: { ticket: await f.ticket(one.email), code: codes[0] } };
  },
  "POST /v1/auth/passkey/options": () => ({ path: "/v1/auth/passkey/options" }),
  "POST /v1/auth/passkey": async () => {
    const { device } = await f.withPasskey(await f.owner());
    return { path: "/v1/auth/passkey", body: { credential: device.get(await Factor.optionsToSignIn(new Date())) } };
  },
  "POST /v1/auth/reauthenticate/passkey/options": async () => ({
    path: "/v1/auth/reauthenticate/passkey/options",
    token: (await a.user()).token,
  }),
  "POST /v1/auth/reauthenticate/passkey": async () => {
    const one = await f.owner();
    const { device } = await f.withPasskey(one);
    const options = await Factor.optionsToReauthenticate(one.sessionId, new Date());
    return { path: "/v1/auth/reauthenticate/passkey", token: one.token, body: { credential: device.get(options) } };
  },
  "POST /v1/auth/logout": async () => ({ path: "/v1/auth/logout", token: (await a.user()).token }),
  "POST /v1/auth/verify": async () => {
    const { email } = await a.user();
    return { path: "/v1/auth/verify", body: { token: await a.link(email, "verify") } };
  },
  "POST /v1/auth/verify/resend": async () => ({
    path: "/v1/auth/verify/resend",
    body: { email: (await a.user()).email },
  }),
  "POST /v1/auth/reset": async () => ({ path: "/v1/auth/reset", body: { email: (await a.user()).email } }),
  "POST /v1/auth/reset/confirm": async () => {
    const { email } = await a.user();
    await a.accepted(await a.call("POST", "/v1/auth/reset", { body: { email } }));
    const token = await a.link(email, "reset");
    return { path: "/v1/auth/reset/confirm", body: { token, password: "ten large blue boats" } };
  },
  "POST /v1/auth/email/confirm": async () => {
    const { token, email } = await a.user();
    const moved = { email: a.signup().email };
    await a.accepted(await a.call("POST", "/v1/me/email", { token, body: moved }));
    return { path: "/v1/auth/email/confirm", body: { token: await a.link(email, "email_change_old") } };
  },
  "POST /v1/auth/reauthenticate": async () => ({
    path: "/v1/auth/reauthenticate",
    token: (await a.user()).token,
    body: { password: a.password },
  }),
  "PATCH /v1/me": async () => ({ path: "/v1/me", token: (await a.user()).token, body: { lastName: "Lovel" } }),
  "PATCH /v1/me/preferences": async () => ({
    path: "/v1/me/preferences",
    token: (await a.user()).token,
    body: { preferredAirlines: ["BA"], homeAirport: "lhr", quietHours: { from: "22:00", to: "07:00" } },
  }),
  "POST /v1/me/password": async () => ({
    path: "/v1/me/password",
    token: (await a.user()).token,
    body: { current: a.password, next: "ten large blue boats" },
  }),
  "POST /v1/me/email": async () => ({
    path: "/v1/me/email",
    token: (await a.user()).token,
    body: { email: a.signup().email },
  }),
  "GET /v1/me/sessions": async () => ({ path: "/v1/me/sessions", token: (await a.user()).token }),
  "DELETE /v1/me/sessions": async () => ({ path: "/v1/me/sessions", token: (await a.user()).token }),
  "DELETE /v1/me/sessions/{id}": async () => {
    const { token, email } = await a.user();
    return { path: `/v1/me/sessions/${await a.session(email)}`, token };
  },
  "GET /v1/me/keys": async () => {
    const { token } = await a.user();
    await a.key(token, ["read"]);
    return { path: "/v1/me/keys?limit=1", token };
  },
  "POST /v1/me/keys": async () => ({
    path: "/v1/me/keys",
    token: (await a.proven()).token,
    body: { name: "My price sheet", scopes: ["read", "watch"], expiresInDays: 30 },
  }),
  "GET /v1/me/keys/{id}": () => myKey(),
  "PATCH /v1/me/keys/{id}": () => myKey({ name: "The sheet at home" }),
  "DELETE /v1/me/keys/{id}": () => myKey(),
  "GET /v1/channels": async () => ({ path: "/v1/channels?limit=1", token: (await a.user()).token }),
  "POST /v1/channels": async () => ({
    path: "/v1/channels",
    token: (await a.user()).token,
    body: { kind: "webhook", name: "My price sheet", url: "https://hooks.example.com/prices" },
  }),
  "GET /v1/channels/{id}": () => myChannel(""),
  "PATCH /v1/channels/{id}": () =>
    myChannel("", { name: "The sheet at home", about: ["alert.created"], status: "paused" }),
  "DELETE /v1/channels/{id}": () => myChannel(""),
  "POST /v1/channels/{id}/test": () => myChannel("/test"),
  "POST /v1/channels/{id}/rotate": () => myChannel("/rotate"),
  "GET /v1/channels/{id}/tries": () => myChannel("/tries"),
  "POST /v1/links": async () => ({ path: "/v1/links", body: { token: await a.linkTo("snooze") } }),
  "POST /v1/links/preview": async () => ({ path: "/v1/links/preview", body: { token: await a.linkTo("stop") } }),
  "POST /v1/links/unsubscribe": async () => ({
    path: `/v1/links/unsubscribe?token=${await a.linkTo("unsubscribe")}`,
  }),
  "POST /v1/channels/{id}/replay": () =>
    myChannel("/replay", { from: "2026-11-25T00:00:00.000Z", to: "2026-11-26T00:00:00.000Z" }),
  "GET /v1/channels/kinds": async () => ({ path: "/v1/channels/kinds", token: (await a.user()).token }),
  "GET /v1/channels/push-key": async () => ({ path: "/v1/channels/push-key", token: (await a.user()).token }),
  "POST /v1/webhooks/telegram": async () => {
    const body = { kind: "telegram" };
    const { url } = await a.read(await a.call("POST", "/v1/channels", { token: (await a.user()).token, body }), 201);
    return { path: "/v1/webhooks/telegram", headers: a.fromTelegram, body: a.update(`/start ${url.split("=")[1]}`) };
  },
  "GET /v1/feeds/{file}": async () => ({ path: await a.feed((await a.user()).token, "calendar") }),
  "POST /v1/me/export": async () => ({ path: "/v1/me/export", token: (await a.user()).token }),
  "GET /v1/me/export/{id}": async () => {
    const { token, email } = await a.user();
    const { id } = await a.read(await a.call("POST", "/v1/me/export", { token }), 202);
    await Privacy.prepareExports(new Date());
    return { path: `/v1/me/export/${id}?token=${await a.link(email, "export_ready")}`, token };
  },
  "DELETE /v1/me": async () => ({ path: "/v1/me", token: (await a.user()).token }),
  "GET /v1/me": async () => ({ path: "/v1/me", token: (await a.user()).token }),
  "GET /v1/me/usage": async () => {
    const { token } = await a.user();
    await a.watch(token);
    return { path: "/v1/me/usage", token };
  },
  "GET /v1/me/moved": async () => ({ path: "/v1/me/moved?limit=2", token: (await a.user()).token }),
  "GET /v1/me/searches": async () => {
    const { token } = await a.user();
    await a.search(token);
    return { path: "/v1/me/searches?limit=1&origin=stn&destination=BGY", token };
  },
  "DELETE /v1/me/searches": async () => ({ path: "/v1/me/searches", token: (await a.user()).token }),
  "DELETE /v1/me/searches/{id}": async () => {
    const { token } = await a.user();
    return { path: `/v1/me/searches/${(await a.search(token)).id}`, token };
  },
  "GET /v1/places": () => ({ path: "/v1/places?limit=2" }),
  "GET /v1/places/{code}": () => ({
    path: "/v1/places/BCN?from=lon&trip=return&adults=2&childAges=4&cabin=economy&currency=GBP&language=de&firstDay=2027-01-01&lastDay=2027-01-31",
  }),
  "GET /v1/airlines": () => ({ path: "/v1/airlines?codes=BA,FR" }),
  "GET /v1/currencies": () => ({ path: "/v1/currencies" }),
  "GET /v1/airports": () => ({ path: "/v1/airports?q=lon&limit=3" }),
  "GET /v1/search": () => ({ path: "/v1/search?q=night%20bus%20barcelona&limit=3&kinds=tip,help&language=de" }),
  "GET /v1/help": () => ({ path: "/v1/help?language=de" }),
  "GET /v1/help/{name}": () => ({ path: "/v1/help/search-tips?language=de" }),
  "GET /v1/flights": () => ({
    path: `/v1/flights?origin=stn&destination=BGY&departureDate=${a.wanted().departureDate}&adults=2&childAges=4,9&maxStops=1&currency=GBP`,
  }),
  "GET /v1/flights/offers/{id}": async () => ({ path: `/v1/flights/offers/${await a.offer()}` }),
  "GET /v1/numbers": () => ({ path: "/v1/numbers" }),
  "GET /v1/analytics/routes/popular": () => ({ path: "/v1/analytics/routes/popular?window=day&origin=stn&limit=50" }),
  "GET /v1/analytics/routes/{route}/paid": () => ({ path: "/v1/analytics/routes/stn-BGY/paid?currency=gbp" }),
  "GET /v1/analytics/patterns": () => ({ path: "/v1/analytics/patterns?window=week" }),
  "GET /v1/flights/calendar": () => ({
    path: `/v1/flights/calendar?origin=lon&destination=BCN,gro&month=${a.wanted().departureDate.slice(0, 7)}&nights=7&currency=GBP`,
  }),
  "GET /v1/flights/calendar/grid": () => ({
    path: `/v1/flights/calendar/grid?origin=lon&destination=BCN&departureDate=${a.wanted().departureDate}&returnDate=${a.wanted().departureDate}&spread=1&currency=GBP`,
  }),
  "GET /v1/flights/forecast": () => ({
    path: `/v1/flights/forecast?origin=stn&destination=BGY&departureDate=${a.wanted().departureDate}&currency=GBP`,
  }),
  "GET /v1/flights/insight": () => ({
    path: `/v1/flights/insight?origin=stn&destination=BGY&departureDate=${a.wanted().departureDate}&currency=GBP&price=24.99`,
  }),
  "GET /v1/watches": async () => {
    const { token } = await a.user();
    await a.watch(token);
    await a.watch(token, { adults: 2 });
    return { path: "/v1/watches?limit=1&state=active,paused&q=stansted&sort=departure", token };
  },
  "POST /v1/watches": async () => {
    const { departureDate, ...rest } = a.wanted({ origin: ["STN", "LTN"], departBefore: "12:00" });
    const body = { ...rest, weekendsIn: departureDate.slice(0, 7) };
    return { path: "/v1/watches", token: (await a.user()).token, body };
  },
  "GET /v1/watches/{id}": () => mine(""),
  "PATCH /v1/watches/{id}": () => mine("", { rules: { target: "18.50", drop: null }, adults: 2, bags: 1 }),
  "DELETE /v1/watches/{id}": () => mine(""),
  "GET /v1/watches/{id}/history": () => mine("/history?resolution=day&series=1&limit=2"),
  "GET /v1/watches/{id}/decisions": () => mine("/decisions?series=1&limit=2&fold=true&around=2026-11-26T08:00:00Z"),
  "GET /v1/watches/{id}/insight": () => mine("/insight"),
  "GET /v1/watches/{id}/forecast": () => mine("/forecast"),
  "GET /v1/watches/{id}/overview": () => mine("/overview"),
  "POST /v1/watches/simulate": async () => ({
    path: "/v1/watches/simulate",
    token: (await a.user()).token,
    body: a.wanted(),
  }),
  "POST /v1/watches/{id}/check": () => mine("/check"),
  "POST /v1/watches/{id}/snooze": () => mine("/snooze", { days: 7 }),
  "DELETE /v1/watches/{id}/snooze": () => mine("/snooze"),
  "POST /v1/watches/{id}/pause": () => mine("/pause"),
  "POST /v1/watches/{id}/resume": () => mine("/resume"),
  "POST /v1/watches/{id}/booked": () =>
    mine("/booked", { pricePaid: { amount: "19.50", currency: "GBP" }, keepWatching: false }),
  "GET /v1/alerts": async () => {
    const { token } = await a.user();
    await a.alert(token);
    return { path: "/v1/alerts?limit=100&unread=true&rule=target&from=2026-01-01T00:00:00Z", token };
  },
  "GET /v1/alerts/unread": async () => ({ path: "/v1/alerts/unread", token: (await a.user()).token }),
  "POST /v1/alerts/read": async () => {
    const { token } = await a.user();
    await a.alert(token);
    return { path: "/v1/alerts/read", token, body: { until: new Date().toISOString() } };
  },
  "GET /v1/alerts/{id}": async () => {
    const { token } = await a.user();
    return { path: `/v1/alerts/${(await a.alert(token)).id}`, token };
  },
  "PATCH /v1/alerts/{id}": async () => {
    const { token } = await a.user();
    const { id } = await a.alert(token);
    return { path: `/v1/alerts/${id}`, token, body: { read: true } };
  },
};

async function myKey(body?: unknown): Promise<Request> {
  const { token } = await a.user();
  const { id } = await a.key(token, ["read"]);
  return { path: `/v1/me/keys/${id}`, token, ...(body === undefined ? {} : { body }) };
}

async function myChannel(rest: string, body?: unknown): Promise<Request> {
  const { token } = await a.user();
  const { id } = await a.channel(token);
  return { path: `/v1/channels/${id}${rest}`, token, ...(body === undefined ? {} : { body }) };
}

async function mine(rest: string, body?: unknown): Promise<Request> {
  const { token } = await a.user();
  const { id } = await a.watch(token);
  return { path: `/v1/watches/${id}${rest}`, token, ...(body === undefined ? {} : { body }) };
}

/** The good request of a route. */
export async function request(key: string): Promise<Request> {
  const make = good[key];
  if (!make) throw new Error(`${key} has no good request`);
  return make();
}

/** The same address with an id that does not exist. */
export function none(path: string): string {
  const hash = () => createHash("sha256").update(randomBytes(8)).digest("hex");
  const token = () => randomBytes(32).toString("base64url");
  return path
    .replace(/(?<=seti_)\w{24}/, () => hash().slice(0, 24))
    .replace(/[0-9a-f]{64}/, hash)
    .replace(/(?<=\/feeds\/)[\w-]{43}/, token)
    .replace(/(?<=_)[0-9a-z]{26}/, newId("wch").slice(4));
}
