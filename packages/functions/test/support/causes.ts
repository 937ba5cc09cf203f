import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import { type Call, Criteria, cacheKey, provider } from "@travel-conductor/core/flight";
import * as Payment from "@travel-conductor/core/payment";
import { withoutService } from "@travel-conductor/core/test/network";
import { stripe } from "@travel-conductor/local/testing";
import * as v from "valibot";
import { vi } from "vitest";
import { causes } from "./bookings.ts";
import * as a from "./client.ts";
import { ofPlaces } from "./operators.ts";
import { causes as ofPosts } from "./posts.ts";
import type { Request } from "./requests.ts";
import { type Spoil, spoilt } from "./spoilt.ts";
import { conflicts } from "./travelers.ts";

/** Sessions are cached, and these routes read nothing else: without Postgres only a new one is refused. */
const ofSessionAlone = [
  "POST /v1/travelers/read",
  "GET /v1/channels/kinds",
  "GET /v1/channels/push-key",
  "POST /v1/admin/guides/{code}/preview",
].map((key) => [`${key} 503`, spoilt[503]] as const);

/** The causes of statuses that are the route's own. */
export const own: Record<string, Spoil | undefined> = {
  ...Object.fromEntries(ofSessionAlone),
  ...conflicts,
  ...causes,
  ...ofPlaces,
  ...ofPosts,
  "POST /v1/channels 409": (request, send) => send({ ...request, body: { kind: "email" } }),
  "PATCH /v1/channels/{id} 409": (request, send) => withChannel(request, sql`status = 'unproven'`, send),
  "POST /v1/channels/{id}/test 409": (request, send) => withChannel(request, sql`status = 'unproven'`, send),
  "POST /v1/channels/{id}/rotate 409": (request, send) => withChannel(request, sql`kind = 'slack'`, send),
  "POST /v1/channels/{id}/replay 409": (request, send) => withChannel(request, sql`status = 'paused'`, send),
  "GET /v1/channels/push-key 409": async (request, send) => {
    const { PUSH_PRIVATE_KEY } = env;
    Object.assign(env, { PUSH_PRIVATE_KEY: undefined });
    return send(request).finally(() => Object.assign(env, { PUSH_PRIVATE_KEY }));
  },
  "POST /v1/payment-methods/setup 403": async ({ path }, send) => send({ path, token: (await a.user()).token }),
  "POST /v1/payment-methods/setup 409": async (request, send) => {
    const { STRIPE_KEY } = env;
    Object.assign(env, { STRIPE_KEY: undefined });
    return send(request).finally(() => Object.assign(env, { STRIPE_KEY }));
  },
  "POST /v1/payment-methods/setup 502": (request, send) => {
    stripe.next("cut");
    return send(request);
  },
  "POST /v1/payment-methods/setup/{id}/finish 409": async ({ path, ...request }, send) => {
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    const { id } = await Payment.setup(user.id);
    return send({ ...request, path: path.replace(/seti_\w+/, id) });
  },
  "POST /v1/payment-methods/setup/{id}/finish 502": (request, send) => {
    stripe.next("cut");
    return send(request);
  },
  "POST /v1/webhooks/stripe 401": (request, send) => send({ ...request, headers: {} }),
  "POST /v1/webhooks/telegram 401": (request, send) => send({ ...request, headers: {} }),
  "POST /v1/auth/login 401": wrong({ password: "another one" }),
  "POST /v1/auth/email/confirm 409": async (request, send) => {
    await a.read(await send(request), 200);
    const [{ email } = {}] = await sql`
      select verification_tokens.email
        from verification_tokens
       where verification_tokens.purpose = 'email_change_new'
       order by verification_tokens.created_at desc
       limit 1`;
    await a.read(await a.call("POST", "/v1/auth/signup", { body: { ...a.signup(), email } }), 201);
    return send({ ...request, body: { token: await a.link(email, "email_change_new") } });
  },
  "POST /v1/auth/login/code 401": wrong({ code: "000000" }),
  "POST /v1/auth/passkey 401": twice,
  "PATCH /v1/me/factors 409": async (request, send) => send({ ...request, token: (await a.user()).token }),
  "POST /v1/me/factors/totp/confirm 401": wrong({ code: "000000" }),
  "POST /v1/me/factors/totp/confirm 409": twice,
  "POST /v1/me/factors/totp 409": async (request, send) => {
    await send(request);
    await sql`update totp_secrets set confirmed_at = now() where totp_secrets.confirmed_at is null`;
    return send(request);
  },
  "POST /v1/me/factors/recovery-codes 409": async (request, send) => {
    await a.call("DELETE", "/v1/me/factors/totp", { token: request.token ?? "" });
    return send(request);
  },
  "POST /v1/me/factors/passkeys 409": async (request, send) => {
    await send(request);
    const { challenge } = await a.read(
      await a.call("POST", "/v1/me/factors/passkeys/options", { token: request.token ?? "" }),
      200,
    );
    // The same passkey, for a new challenge.
    const body = request.body as { credential: { response: { clientDataJSON: string } } };
    const client = JSON.parse(Buffer.from(body.credential.response.clientDataJSON, "base64url").toString());
    const clientDataJSON = Buffer.from(JSON.stringify({ ...client, challenge })).toString("base64url");
    const credential = { ...body.credential, response: { ...body.credential.response, clientDataJSON } };
    return send({ ...request, body: { ...body, credential } });
  },
  "POST /v1/auth/reauthenticate 401": wrong({ password: "another one" }),
  "POST /v1/me/password 401": wrong({ current: "another one" }),
  "POST /v1/auth/signup 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "GET /v1/me 404": async (request, send) => {
    const { user } = await a.read(await send(request), 200);
    await sql`delete from users where users.id = ${user.id}`;
    return send(request);
  },
  "POST /v1/me/keys 409": async (request, send) => {
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    await sql`
      insert into api_keys (id, user_id, hash, start, name, scopes, expires_at)
      select ${user.id} || n, ${user.id}, encode(sha256(convert_to(${user.id} || n, 'UTF8')), 'hex'), 'tck_Ab12', 'One',
             '{read}', now() + interval '1 day'
        from generate_series(1, 20) as n`;
    return send(request);
  },
  "POST /v1/me/export 409": async (request, send) => {
    // An export under way becomes ready as soon as another one is requested.
    await sql`
      create function hurry() returns trigger language plpgsql as $$
      begin
        new.id := 'exp_' || repeat('0', 26); new.content := '[]'; new.token_hash := repeat('0', 64); new.expires_at := now() + interval '1 day';
        return new;
      end $$`;
    await sql`create trigger hurry before insert on exports for each row execute function hurry()`;
    return send(request).finally(() => sql`drop function hurry() cascade`);
  },
  // Other tests may have filled the month, which then needs no Postgres.
  "GET /v1/flights/calendar 503": (request, send) =>
    withoutService("postgres", () => send({ ...request, path: request.path.replace("BCN", "LIS") })),
  "GET /v1/alerts/{id}/offers 502": (...given) => unstored(fails("search", "provider_error"), ...given),
  "GET /v1/alerts/{id}/offers 504": (...given) =>
    unstored(
      async ({ path, token = "" }, send) => {
        const alert = await a.read(await a.call("GET", path.replace("/offers", ""), { token }), 200);
        const watch = await a.read(await a.call("GET", `/v1/watches/${alert.watchId}`, { token }), 200);
        const names = [
          "origin",
          "destination",
          "departureDate",
          "returnDate",
          "adults",
          "childAges",
          "infants",
          "cabin",
        ];
        const asked = Object.fromEntries([...names, "maxStops", "currency"].map((name) => [name, watch[name]]));
        await storeTimeout(asked);
        return send({ path, token });
      },
      ...given,
    ),
  "POST /v1/bookings 502": fails("search", "provider_error"),
  "POST /v1/bookings 504": fails("search", "provider_error", true),
  "GET /v1/flights/calendar/grid 503": (request, send) =>
    withoutService("postgres", () => send({ ...request, path: request.path.replace("BCN", "LIS") })),
  "GET /v1/flights 502": fails("search", "provider_error"),
  "GET /v1/flights 503": fails("search", "rate_limited"),
  "GET /v1/flights 504": async (request, send) => {
    // Another request has just waited for the same answer in vain.
    const { adults, maxStops, childAges, ...asked } = Object.fromEntries(new URL(request.path, a.origin).searchParams);
    const ages = childAges?.split(",").map(Number);
    const criteria = { ...asked, adults: Number(adults), maxStops: Number(maxStops), childAges: ages };
    await storeTimeout(criteria);
    return send(request);
  },
  "GET /v1/flights/offers/{id} 404": (request, send) => send({ ...request, path: "/v1/flights/offers/ofr_x" }),
  "GET /v1/flights/offers/{id} 502": fails("confirm", "provider_error"),
  "GET /v1/flights/offers/{id} 503": fails("confirm", "rate_limited"),
  "GET /v1/flights/offers/{id} 504": fails("confirm", "provider_error", true),
  "GET /v1/admin/overview 403": asAnyone,
  "GET /v1/admin/providers 403": asAnyone,
  "GET /v1/admin/conversion 403": asAnyone,
  "GET /v1/admin/searches 403": asAnyone,
  "GET /v1/admin/deliveries 403": asAnyone,
  "POST /v1/admin/deliveries/{id}/replay 403": asAnyone,
  "POST /v1/admin/deliveries/{id}/replay 409": twice,
  "GET /v1/help/{name} 404": (request, send) => send({ ...request, path: "/v1/help/nothing" }),
  "PATCH /v1/admin/providers/{name} 404": (request, send) => send({ ...request, path: "/v1/admin/providers/nobody" }),
  "POST /v1/watches 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "PATCH /v1/channels/{id} 502": async ({ path: _, token = "", ...request }, send) => {
    const path = await bouncedMail(token);
    return withoutService("ses", () => send({ ...request, token, path, body: { status: "on" } }));
  },
  "POST /v1/links 404": wrong({ token: "x" }),
  "POST /v1/links/preview 404": wrong({ token: "x" }),
  "POST /v1/links/unsubscribe 404": (request, send) => send({ ...request, path: "/v1/links/unsubscribe?token=x" }),
  "PATCH /v1/watches/{id} 409": ended,
  "POST /v1/watches/{id}/snooze 409": ended,
  "DELETE /v1/watches/{id}/snooze 409": ended,
  "POST /v1/watches/{id}/pause 409": ended,
  "POST /v1/watches/{id}/resume 409": ended,
  "POST /v1/watches/{id}/booked 409": ended,
  "POST /v1/watches/{id}/check 409": ended,
  "POST /v1/watches/{id}/check 429": async (request, send) => {
    await send(request);
    return send(request);
  },
};

/** Sends the request as a user without operator rights. */
async function asAnyone(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  return send({ ...request, token: (await a.user()).token });
}

/** The path of the session's e-mail channel, turned off because its address bounced. */
async function bouncedMail(token: string): Promise<string> {
  const { items } = await a.read(await a.call("GET", "/v1/channels", { token }), 200);
  const id = items.find(({ kind }: { kind: string }) => kind === "email").id;
  await sql`update channels set status = 'off', off_because = 'bounced' where channels.id = ${id}`;
  return `/v1/channels/${id}`;
}

async function twice(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  await send(request);
  return send(request);
}

/** With other values in its body. */
function wrong(over: object): Spoil {
  return (request, send) => send({ ...request, body: { ...(request.body as object), ...over } });
}

/** The provider is replaced, and nothing else. */
function fails(verb: "search" | "confirm", status: "provider_error" | "rate_limited", late = false): Spoil {
  return async (request, send) => {
    const answer = async (...question: unknown[]) => {
      const { signal } = question.at(-1) as Call;
      if (late) Object.defineProperty(signal, "aborted", { value: true });
      return { status, offers: [] as [] };
    };
    // A confirmation of the last half minute would be given again.
    for (const key of await redis.keys("offer:*")) await redis.del(key);
    const spy =
      verb === "search"
        ? vi.spyOn(provider, "search").mockImplementation(answer)
        : vi.spyOn(provider, "confirm").mockImplementation(answer);
    return send(request).finally(() => spy.mockRestore());
  };
}

/** As a search in another process leaves it whose provider did not answer in time. */
async function storeTimeout(criteria: unknown): Promise<void> {
  const key = cacheKey(v.parse(Criteria, criteria));
  await redis.hset(key, { fault: "timeout", faultUntil: new Date(Date.now() + 10_000).toISOString() });
  await redis.expire(key, 60);
}

/** Answers that are stored would be given in place of a failure. */
async function unstored(spoil: Spoil, ...given: Parameters<Spoil>): Promise<Response> {
  for (const key of await redis.keys("flight:*")) await redis.del(key);
  await sql`delete from flight_cache`;
  return spoil(...given);
}

/** Sends a request about a channel that was changed before. */
async function withChannel(
  request: Request,
  change: ReturnType<typeof sql>,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const id = request.path.split("/")[3];
  await sql`update channels set ${change} where channels.id = ${id}`;
  return send(request);
}

async function ended(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  const id = request.path.split("/")[3];
  await sql`update price_watches set ended_at = now(), is_active = false where price_watches.id = ${id}`;
  return send(request);
}
