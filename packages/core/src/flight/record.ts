import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";
import type { Answer, FareProvider, ProviderStatus } from "./provider.ts";

/** What is asked, of whom, and the key of both: the same question has the same one, however it was written. */
export type Question = { provider: FareProvider; criteria: Criteria; key: string };

/** What was answered to a search: when the providers were asked, and until when that counts as fresh (UTC). */
export type StoredAnswer = {
  status: "ok" | "partial" | "no_results";
  searchedAt: string;
  freshUntil: string;
  offers: Offer[];
  providers: ProviderStatus[];
};

/** The same as it is stored: `body` holds all but the times, in characters that need no escaping. */
export type Version = { searchedAt: string; freshUntil: string; body: string };

/** Why there is no answer, and how it is told until `until` (UTC), when the providers may be asked again. */
export type Fault = { why: "provider_error" | "rate_limited" | "timeout"; until: string };

/** Of more offers than these the cheapest are kept; and Upstash takes no more than a megabyte a request. */
export const limits = { offers: 1_000, characters: 900_000 };

const second = 1_000;
const minute = 60 * second;

/** Whoever is asked the same by one request more than once has its key already. */
const questions = new WeakMap<Criteria, Question>();

/** The number is that of the form in which answers are stored. */
export function questionOf(provider: FareProvider, criteria: Criteria): Question {
  const known = questions.get(criteria);
  if (known?.provider === provider) return known;
  const fields = Object.entries({ ...criteria, provider: provider.name }).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = createHash("sha256")
    .update(`2 ${JSON.stringify(fields)}`)
    .digest("base64url");
  const question = { provider, criteria, key };
  questions.set(criteria, question);
  return question;
}

/** An answer's body. Thirty offers say the same names over and over: packed they are a thirteenth as long, and 20 µs away. */
export function pack({ status, providers, offers: all }: StoredAnswer): string {
  for (let offers = all; ; offers = offers.slice(0, offers.length / 2)) {
    const body = deflateRawSync(JSON.stringify({ status, providers, offers })).toString("base64");
    if (body.length <= limits.characters) return body;
  }
}

export function unpack({ body, ...times }: Version): StoredAnswer {
  return { ...times, ...(JSON.parse(inflateRawSync(Buffer.from(body, "base64")).toString()) as Body) };
}

type Body = Omit<StoredAnswer, keyof Version>;

/**
 * How long an answer is fresh: an ok one ten minutes and one more for each day to departure, an hour at most; never
 * within five minutes of an offer's end; an empty one for two minutes, a partial one for one. Up to a tenth of it is
 * left out, by the key and the moment, so that what was asked for together is not asked for again together.
 */
export function freshUntil(key: string, { status, offers }: Answer, { departureDate }: Criteria, at: Date): Date {
  const days = Math.max(0, (Date.parse(departureDate) - at.getTime()) / (24 * 60 * minute));
  const whole = { ok: Math.min(10 + days, 60), partial: 1, no_results: 2, provider_error: 0, rate_limited: 0 }[status];
  const ends = offers.map(({ expiresAt }) => Date.parse(expiresAt) - at.getTime() - 5 * minute);
  const draw = createHash("sha256").update(`${key} ${at.toISOString()}`).digest().readUInt32BE() / 2 ** 32;
  const lasts = Math.max(0, Math.min(whole * minute, ...ends)) * (1 - draw / 10);
  return new Date(at.getTime() + Math.floor(lasts));
}

/** A failure stands for 15 seconds: long enough that a provider that is down is not asked by everybody who waits for it. */
export function fault(why: Fault["why"], at: Date): Fault {
  return { why, until: new Date(at.getTime() + 15 * second).toISOString() };
}

/** Whether a failure still stands for what the providers would answer. */
export function inForce({ until }: Fault, at: Date): boolean {
  return at.toISOString() < until;
}

export function isFresh({ freshUntil }: Pick<Version, "freshUntil">, at: Date): boolean {
  return at.toISOString() < freshUntil;
}
