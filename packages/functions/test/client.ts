import { sql } from "@travel-conductor/core/db";
import { newId } from "@travel-conductor/core/id";
import { expect } from "vitest";
import { app } from "../src/api/index.ts";

export const origin = "https://app.example.com";
export const password = "nine small green boats";

export type Sent = { token?: string; headers?: Record<string, string>; body?: unknown };

/** One request to the app; a body that is not text goes as JSON. */
export async function call(method: string, path: string, { token, headers = {}, body }: Sent = {}): Promise<Response> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  return app.request(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
}

/** The JSON of an answer that must have this status. */
export async function read(response: Response, status: number) {
  const body = await response.text();
  expect(response.status, body).toBe(status);
  return JSON.parse(body);
}

export const signup = () => ({ email: `${newId("usr")}@example.com`, password, firstName: "Ada", lastName: "Ling" });

/** Somebody new, signed in. */
export async function user(): Promise<{ token: string; userId: string; email: string }> {
  const body = await read(await call("POST", "/v1/auth/signup", { body: signup() }), 201);
  return { token: body.session.token, userId: body.user.id, email: body.user.email };
}

/** Some day in the season that is sold, `days` from now. */
const day = (days = 60) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let asked = 0;

/** A watch to be made, on a fare of its own. */
export const wanted = (over: object = {}) => ({
  origin: "STN",
  destination: "BGY",
  departureDate: day(30 + (asked++ % 300)),
  currency: "GBP",
  targetPrice: "20.00",
  ...over,
});

export async function watch(token: string, over: object = {}): Promise<{ id: string }> {
  return read(await call("POST", "/v1/watches", { token, body: wanted(over) }), 201);
}

/** An alert of one of `token`'s watches, written as the sweep leaves it. */
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
