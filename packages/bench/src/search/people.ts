import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Session from "@travel-conductor/core/session";
import { handler } from "@travel-conductor/functions/api/lambda";
import { request } from "@travel-conductor/local/event";

/** A signed-in user, and the network address of their requests. */
export type Person = { token: string; address: string };

/** Creates users with an address each, so that no limit per address ends the bench. */
export async function people(count: number): Promise<Person[]> {
  const ids = Array.from({ length: count }, () => newId("usr"));
  await sql`
    insert into users (id, email, email_key, password_hash, first_name, last_name)
    select made.id, made.id || '@example.com', made.id || '@example.com', '-', 'Robin', 'Example'
      from unnest(${ids}::text[]) as made (id)`;
  const all: Person[] = [];
  for (const [index, id] of ids.entries()) {
    const { session, statement } = await Session.issue(id, new Date());
    await statement;
    all.push({ token: session.token, address: `198.18.${index >> 8}.${index & 255}` });
  }
  return all;
}

type Event = Parameters<typeof handler>[0];

export function eventOf(path: string, person: Person): Event {
  return request("GET", path, person) as object as Event;
}

/** Returns the status of a search's answer. */
export async function statusOf(event: Event): Promise<number> {
  return (await handler(event)).statusCode ?? 0;
}

/** Returns the body of a search. Throws when the status is not 200. */
export async function search(event: Event): Promise<string> {
  const { statusCode, body } = await handler(event);
  if (statusCode !== 200) throw new Error(`a search was answered ${statusCode}: ${body}`);
  return body;
}
