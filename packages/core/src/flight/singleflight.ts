import { setTimeout as wait } from "node:timers/promises";
import { orFallback } from "../base/cache.ts";
import { Problem } from "../base/error.ts";
import { failed } from "./failure.ts";
import type { Found, Lead } from "./leader.ts";
import { type Asked, type AskRedis, now, type Sight, see, type Times, usual, within } from "./lookup.ts";
import { inForce, isFresh, pack, type Question, type StoredAnswer } from "./record.ts";
import type { send } from "./ticket.ts";

/** What a stored answer has no need of is loaded by the first that does. */
const lead: Lead = async (...given) => (await import("./leader.ts")).lead(...given);
const copyOf = async (key: string) => (await import("./postgres.ts")).copyOf(key);
const leave = async (...ticket: Parameters<typeof send>) => (await import("./ticket.ts")).send(...ticket);

/** A version that old is shown while a newer one is fetched; an older one only where none can be had. */
const day = 86_400_000;

/** What this process is at just now, by key: whoever asks the same meanwhile waits for the same. */
const looking = new Map<string, Promise<Sight>>();
const leading = new Map<string, Promise<Found>>();
const following = new Map<string, Promise<Found>>();

/**
 * The answer to `question` at `at`, whoever has it: what is stored, while it is fresh and while it is renewed; else that
 * of the providers, who are asked once, however many wait, here and in other processes.
 * @throws Problem `flight.provider`, `flight.busy` or `flight.timeout` when they fail and nothing is stored
 */
export async function find(question: Question, at: Date, ask?: AskRedis, times: Times = usual): Promise<Found> {
  const asked = begin(question, at, times);
  const sight = ask ? see(asked, { ask }) : together(looking, question.key, () => see(asked));
  return settle(asked, await sight);
}

/**
 * Asks the providers anew, unless the answer is fresh again or somebody else is at it: whoever looked with `token` found
 * it stale and left it to this call.
 * @throws Problem as `find`
 */
export async function renew(question: Question, at: Date, token: string, times: Times = usual): Promise<void> {
  const asked = begin(question, at, times);
  const sight = await see(asked, { inherits: token });
  if (sight.leads) await lead(asked, sight, "background");
}

/**
 * The answer to `question` at `at` for somebody who can do without, within `patience` milliseconds: what is fresh, what
 * the providers say when nobody is asking them, else what was known before. That they said nothing in so short a time is
 * told to nobody else.
 */
export async function searchWithin(question: Question, at: Date, patience: number): Promise<StoredAnswer | undefined> {
  const asked = begin(question, at, { ...usual, patience });
  const sight = await see(asked);
  if (!sight.leads) return sight.known;
  try {
    return (await lead(asked, sight, "background", false)).known;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return undefined;
  }
}

function begin(question: Question, at: Date, times: Times): Asked {
  const began = performance.now();
  return { question, at, times, began, ends: began + times.patience };
}

async function settle(asked: Asked, sight: Sight): Promise<Found> {
  const { key } = asked.question;
  const found = await told(asked, sight);
  if (found) return found;
  if (sight.leads) return together(leading, key, () => first(asked, sight));
  return leading.get(key) ?? together(following, key, () => follow(asked, sight.token));
}

/** What can be said at once, by what is stored: undefined where the providers must be waited for. */
async function told({ question, at }: Asked, { known, fault, leads, token }: Sight): Promise<Found | undefined> {
  if (known && isFresh(known, at)) return { known, freshness: "cached" };
  const down = fault && inForce(fault, at);
  if (down && !known) throw failed(fault.why);
  if (!known || (!down && at.getTime() - Date.parse(known.searchedAt) >= day)) return undefined;
  if (leads) await leave(question, token);
  return { known, freshness: "stale" };
}

/** Redis has nothing: perhaps it lost what Postgres still has, which saves asking the providers. */
async function first(asked: Asked, sight: Sight): Promise<Found> {
  const { question, at } = asked;
  const { known, store, token } = sight;
  const copy = known || !store || store.lasting ? undefined : await within(2_000, copyOf(question.key));
  if (!store || !copy) return lead(asked, sight, "person");
  await orFallback(store.keep(question, isFresh(copy, at) ? token : "", copy, pack(copy)), undefined);
  const refilled = { ...sight, known: copy };
  return (await told(asked, refilled)) ?? lead(asked, refilled, "person");
}

/** Waits for what the leader will store, and takes its place when it is lost. */
async function follow(began: Asked, token: string): Promise<Found> {
  const { ends, times } = began;
  for (let pause = times.pause; performance.now() < ends; pause = Math.min(pause * 1.5, 10 * times.pause)) {
    await wait(Math.min(pause * (0.5 + Math.random()), ends - performance.now()));
    const asked = { ...began, at: now(began), began: performance.now() };
    const sight = await see(asked, { token });
    const found = await told(asked, sight);
    if (found) return found.freshness === "cached" ? { ...found, freshness: "fresh" } : found;
    if (sight.leads) return together(leading, asked.question.key, () => first(asked, sight));
  }
  throw failed("timeout");
}

function together<T>(running: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const shared = running.get(key) ?? work().finally(() => running.delete(key));
  running.set(key, shared);
  return shared;
}
