import { newId } from "@travel-conductor/core/base/id";
import * as Session from "@travel-conductor/core/session";
import { contextFor } from "@travel-conductor/local/context";
import { messages, tick } from "@travel-conductor/local/event";
import { randomFrom } from "../content/random.ts";
import { monthDays } from "./bill.ts";
import type { Deployed } from "./deployed.ts";
import { createHabits, opened, type Pages, type Person, password, watchesEach } from "./habits.ts";
import type { Meter } from "./meter.ts";
import { ahead, moveTo, now } from "./moment.ts";
import { type Used, usedOf } from "./postgres.ts";
import type { createQueues } from "./queues.ts";
import type { Shift } from "./shift.ts";
import { subjects } from "./subjects.ts";

export type World = {
  meter: Meter;
  shift: Shift;
  queues: ReturnType<typeof createQueues>;
  deployed: Deployed;
  pages: Pages;
  /** The address of a queue by the handler that reads it. */
  addresses: Record<string, string | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: each handler has an event of its own.
  handlers: Map<string, (event: any, context?: any) => Promise<any>>;
  /** The size of the database without people (bytes). */
  emptyBytes: number;
  redis: (command: (string | number)[]) => Promise<unknown>;
};

/** How many people there are, of how many each stands for, and for how many days. */
export type Stage = { name: string; people: number; share: number; days: number };

export type Day = {
  from: number;
  end: number;
  /** Searches of the provider, by the action that made them. */
  searches: Map<string, number>;
  alerts: number;
  fares: number;
  watches: number;
  /** The size of the database without people (bytes). */
  emptyBytes: number;
  before: Used;
  after: Used;
  redisBytes: number;
  statuses: Map<string, number>;
};

/** How often people come by the hour (UTC), from midnight. */
const hours = [1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 6, 6, 7, 6, 6, 6, 7, 8, 9, 10, 10, 9, 6, 3];
const msPerHour = 3_600_000;
const names: Record<string, string> = {
  "hurried/deliver": "an alert's letter: sending",
  "hurried/book": "a booking",
  "queue/refresh": "a search: renewed",
};
const actionOf = (handler: string) => names[handler] ?? `clock: ${handler.replace(/^\w+\//, "")}`;

/** Runs a stage: makes its people and watches, which is not billed, and then lets the days pass, which are. */
export async function run(world: World, stage: Stage): Promise<Day> {
  const { meter, shift, deployed, queues, handlers } = world;
  const chance = randomFrom(4_711);
  const draw = await subjects(stage.share, 17, new Date(now()));
  const api = handlers.get("api/lambda")!;
  const own = createHabits(api as never, deployed.api.memory, meter, draw, chance, world.pages);
  meter.quiet(true);
  let began = performance.now();
  const people = await makePeople(stage.people, own);
  const made = performance.now() - began;
  await settle(world);
  meter.quiet(false);
  console.log(
    `  ${stage.name}: people made in ${seconds(made)}, settled in ${seconds(performance.now() - began - made)}`,
  );

  const first = Math.ceil(now() / (6 * msPerHour)) * 6 * msPerHour;
  const end = first + stage.days * 24 * msPerHour;
  type Event = { at: number; run: () => Promise<unknown> };
  const events: Event[] = [];
  const bounds = hours.map((_, hour) => hours.slice(0, hour + 1).reduce((sum, each) => sum + each, 0));
  const someMoment = () => {
    const wanted = chance() * bounds.at(-1)!;
    const hour = bounds.findIndex((bound) => bound > wanted);
    return Math.floor(chance() * stage.days) * 24 * msPerHour + (hour + chance()) * msPerHour;
  };
  const midnight = Math.floor(first / (24 * msPerHour)) * 24 * msPerHour;
  for (const person of people)
    for (const { times, run } of Object.values(own.habits))
      for (let left = (times / monthDays) * stage.days; left > chance(); left--) {
        const at = midnight + someMoment();
        events.push({ at: at < first ? at + stage.days * 24 * msPerHour : at, run: () => run(person) });
      }
  for (const [index, { handler, memory, minutes }] of deployed.clocks.entries()) {
    const every = minutes * 60_000;
    // Clocks do not ring at the same second.
    for (let at = Math.ceil(first / every) * every + index * 1_500; at < end; at += every)
      events.push({
        at,
        run: () =>
          meter.event(actionOf(handler), memory, () => handlers.get(handler)!(tick(new Date(at)), contextFor(270_000))),
      });
  }
  const byToken = new Map(people.map((person) => [person.address, person]));
  const owners = await ownersOf(people, world);
  let seen = new Date(first);
  const letters = async () => {
    const { rows } = await shift.client.query(
      "select id, watch_id, user_id, at from public.alerts where at > $1 order by at",
      [seen],
    );
    for (const { id, watch_id: watch, user_id: user, at } of rows) {
      seen = at;
      const person = byToken.get(owners.get(user) ?? "");
      if (person && chance() < opened)
        insert(events, { at: now() + chance() * 6 * msPerHour, run: () => own.openLetter(person, id, watch) });
    }
  };
  for (let at = first + 30 * 60_000; at < end; at += 30 * 60_000) events.push({ at, run: letters });
  events.sort((one, other) => one.at - other.at);

  await goTo(world, first);
  meter.clear();
  own.statuses.clear();
  const before = await usedOf(shift.client);
  began = performance.now();
  while (events.length > 0 && events[0]!.at < end) {
    const next = queues.next();
    if (next !== undefined && next <= events[0]!.at) {
      await goTo(world, next);
      await handle(world, now());
      continue;
    }
    const { at, run } = events.shift()!;
    await goTo(world, at);
    await run();
  }
  await goTo(world, end);
  console.log(
    `  ${stage.name}: ${stage.days} days of ${people.length} people took ${seconds(performance.now() - began)}`,
  );
  const { rows } = await shift.client.query(
    `select (select count(*)::int from public.alerts where at >= $1) as alerts,
            (select count(distinct fare_id)::int from public.watch_fares) as fares,
            (select count(*)::int from public.price_watches) as watches`,
    [new Date(first)],
  );
  return {
    from: first,
    end,
    searches: new Map(meter.searches),
    ...rows[0],
    before,
    after: await usedOf(shift.client),
    emptyBytes: world.emptyBytes,
    redisBytes: await redisBytes(world),
    statuses: own.statuses,
  };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;

function insert(
  events: { at: number; run: () => Promise<unknown> }[],
  event: { at: number; run: () => Promise<unknown> },
) {
  const index = events.findIndex(({ at }) => at > event.at);
  events.splice(index < 0 ? events.length : index, 0, event);
}

async function goTo({ shift }: World, moment: number): Promise<void> {
  moveTo(moment);
  await shift.follow(ahead());
}

/** Runs the Lambdas that were called, and those of all queues with what is due. */
async function handle({ meter, queues, deployed, addresses, handlers }: World, moment: number): Promise<void> {
  for (const { handler, memory } of deployed.hurried)
    for (const { body } of queues.take(addresses[handler] ?? "", moment, Number.POSITIVE_INFINITY))
      await meter.event(actionOf(handler), memory, () => handlers.get(handler)!(JSON.parse(body), contextFor(270_000)));
  for (const { handler, memory, batch, isFifo } of deployed.queues) {
    const url = addresses[handler];
    for (
      let taken = url ? queues.take(url, moment, batch) : [];
      taken.length > 0;
      taken = queues.take(url!, moment, batch)
    ) {
      const event = messages(...taken.map(({ body }) => body));
      await meter.event(actionOf(handler), memory, () => handlers.get(handler)!(event, contextFor(270_000)));
      // The receive and the delete.
      meter.count(isFifo ? "fifoRequests" : "queueRequests", 2);
    }
  }
}

/** Makes people with a proven address and a session each, and their watches by the API. */
async function makePeople(count: number, own: ReturnType<typeof createHabits>): Promise<Person[]> {
  if (count === 0) return [];
  const { sql } = await import("@travel-conductor/core/base/db");
  const sample = { email: `${newId("usr")}@example.com`, password, firstName: "Robin", lastName: "Example" };
  const { status, body } = await own.ask("setup", "POST", "/v1/auth/signup", {}, sample);
  if (status !== 201) throw new Error(`A sign-up was answered ${status}: ${JSON.stringify(body)}`);
  const ids = Array.from({ length: count }, () => newId("usr"));
  for (let at = 0; at < count; at += 1_000)
    await sql`
      insert into users (id, email, email_key, password_hash, first_name, last_name, email_verified)
      select made.id, made.id || '@example.com', made.id || '@example.com', users.password_hash, 'Robin', 'Example', true
        from unnest(${ids.slice(at, at + 1_000)}::text[]) as made (id)
       cross join users
       where users.id = ${body.user.id}`;
  const people: Person[] = [];
  for (const [index, id] of ids.entries()) {
    const { session, statement } = await Session.issue(id, new Date());
    await statement;
    const address = `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    people.push({ email: `${id}@example.com`, token: session.token, address, watches: [] });
  }
  const open = [...people];
  const make = async () => {
    for (let person = open.pop(); person; person = open.pop())
      for (let tries = 0; person.watches.length < watchesEach && tries < 15; tries++) await own.watch(person, "setup");
  };
  await Promise.all(Array.from({ length: 12 }, make));
  return people;
}

async function ownersOf(people: Person[], { shift }: World): Promise<Map<string, string>> {
  const { rows } = await shift.client.query("select id, email from public.users");
  const addresses = new Map(people.map(({ email, address }) => [email, address]));
  return new Map(rows.flatMap(({ id, email }) => (addresses.has(email) ? [[id, addresses.get(email)!]] : [])));
}

/**
 * Prices all new fares, sends what that leads to, and then lets the next checks of fares begin at any moment of their
 * time, as if the watches had been made one after another.
 */
async function settle(world: World): Promise<void> {
  const { handlers, shift, queues } = world;
  for (let round = 0; round < 60; round++) {
    await goTo(world, now() + 60_000);
    world.meter.during("setup");
    await handlers.get("cron/sweep")!(tick(new Date()), contextFor(270_000));
    await handle(world, now() + 60_000);
    await handlers.get("hurried/deliver")!({ message: {} });
    const { rows } = await shift.client.query("select count(*)::int as open from public.fares where due_at <= $1", [
      new Date(now()),
    ]);
    if (rows[0].open === 0 && queues.next() === undefined) break;
  }
  await shift.client.query(
    "update public.fares set due_at = $1::timestamptz + random() * (due_at - $1::timestamptz) where due_at > $1",
    [new Date(now())],
  );
  const hints = (await world.redis(["keys", "*:due"])) as string[];
  if (hints.length > 0) await world.redis(["del", ...hints]);
}

async function redisBytes({ redis }: World): Promise<number> {
  const keys = (await redis(["keys", "*"])) as string[];
  // A stored answer of a search is the largest by far: a sample of the keys says how much there is.
  const some = keys.filter((_, index) => index % Math.max(1, Math.floor(keys.length / 200)) === 0);
  let bytes = 0;
  for (const key of some) bytes += Number(await redis(["memory", "usage", key]).catch(() => 0)) || key.length + 60;
  return some.length > 0 ? (bytes / some.length) * keys.length : 0;
}
