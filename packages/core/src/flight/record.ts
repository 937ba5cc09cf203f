import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";
import type { Answer, FareProvider, ProviderStatus } from "./provider.ts";

/** Criteria, the provider to ask, and the key of both. Equal questions have equal keys, however they were written. */
export type Question = { provider: FareProvider; criteria: Criteria; key: string };

/**
 * The answer to a search, with the moments when the providers were asked and when it stops being fresh (UTC), and how
 * long they took (milliseconds).
 */
export type StoredAnswer = {
  status: "ok" | "partial" | "no_results";
  searchedAt: string;
  freshUntil: string;
  offers: Offer[];
  providers: ProviderStatus[];
  tookMs?: number;
};

/**
 * A `StoredAnswer` in the form in which it is stored. `body` holds all but the times; its characters need no escaping.
 */
export type PackedAnswer = { searchedAt: string; freshUntil: string; body: string };

/** Why the providers gave no answer. It counts until `until` (UTC); then they may be asked again. */
export type Failure = { reason: "provider_error" | "rate_limited" | "timeout"; until: string };

/** Of more offers than `offers`, the cheapest are stored. Upstash accepts at most a megabyte per request. */
export const limits = { offers: 1_000, characters: 900_000 };

const second = 1_000;
const minute = 60 * second;

/** Questions by their criteria: a request that asks the same question more than once computes the key once. */
const questions = new WeakMap<Criteria, Question>();

/** The key starts with the version of the stored form: change it when that form changes. */
export function questionOf(provider: FareProvider, criteria: Criteria): Question {
  const cached = questions.get(criteria);
  if (cached?.provider === provider) return cached;
  const fields = Object.entries({ ...criteria, provider: provider.name }).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = createHash("sha256")
    .update(`2 ${JSON.stringify(fields)}`)
    .digest("base64url");
  const question = { provider, criteria, key };
  questions.set(criteria, question);
  return question;
}

/**
 * Packs all of an answer but its times. Thirty offers repeat the same names: packed they are a thirteenth as long, and
 * unpacking takes 20 µs. Halves the offers until the text is within the limit.
 */
export function pack({ status, providers, offers: all, tookMs }: StoredAnswer): string {
  for (let offers = all; ; offers = offers.slice(0, offers.length / 2)) {
    const body = deflateRawSync(JSON.stringify({ status, providers, tookMs, offers })).toString("base64");
    if (body.length <= limits.characters) return body;
  }
}

/** Unpacks a stored answer. One that cannot be read is logged and counted, and is undefined: no answer is stored. */
export function unpack({ body, ...times }: PackedAnswer): StoredAnswer | undefined {
  try {
    const answer = JSON.parse(inflateRawSync(Buffer.from(body, "base64")).toString()) as Body;
    if (isWhole(times, answer)) return { ...times, ...answer };
    reportUnreadable("another form");
  } catch (error) {
    reportUnreadable(error);
  }
  return undefined;
}

/** Logs and counts a stored answer that cannot be read. */
export function reportUnreadable(why: unknown): void {
  logger.error("flight.unreadable", { error: typeof why === "string" ? why : describeError(why) });
  Metric.emit({ RowsAtFault: [1, "Count"] });
}

type Body = Omit<StoredAnswer, keyof PackedAnswer>;

const statuses = ["ok", "partial", "no_results"];

/** Checks what reading an answer relies on, in a few microseconds: its times, and the form of each offer. */
function isWhole({ searchedAt, freshUntil }: Omit<PackedAnswer, "body">, answer: Body): boolean {
  return (
    isInstant(searchedAt) &&
    isInstant(freshUntil) &&
    statuses.includes(answer.status) &&
    Array.isArray(answer.providers) &&
    answer.offers.every(({ total, slices }) => Number.isInteger(total) && Array.isArray(slices))
  );
}

/** Returns whether a text is an instant as `toISOString` writes it, so that it compares as text. */
export function isInstant(text: string): boolean {
  return text.length === 24 && text.endsWith("Z") && !Number.isNaN(Date.parse(text));
}

/**
 * Returns when an answer stops being fresh. An ok answer is fresh for ten minutes plus one minute for each day to
 * departure, at most an hour, and never later than five minutes before an offer expires. An empty answer is fresh for
 * two minutes, a partial one for one. Up to a tenth of that is cut off, by the key and the moment, so that answers that
 * were stored together are not all refreshed together.
 */
export function freshUntil(key: string, { status, offers }: Answer, { departureDate }: Criteria, at: Date): Date {
  const days = Math.max(0, (Date.parse(departureDate) - at.getTime()) / (24 * 60 * minute));
  const minutes = { ok: Math.min(10 + days, 60), partial: 1, no_results: 2, provider_error: 0, rate_limited: 0 }[
    status
  ];
  const expiries = offers.map(({ expiresAt }) => Date.parse(expiresAt) - at.getTime() - 5 * minute);
  const fraction = createHash("sha256").update(`${key} ${at.toISOString()}`).digest().readUInt32BE() / 2 ** 32;
  const freshMs = Math.max(0, Math.min(minutes * minute, ...expiries)) * (1 - fraction / 10);
  return new Date(at.getTime() + Math.floor(freshMs));
}

/** A failure counts for 15 seconds, so that searches that wait for a failing provider do not each call it again. */
export function failureAt(at: Date, reason: Failure["reason"]): Failure {
  return { reason, until: new Date(at.getTime() + 15 * second).toISOString() };
}

/** Whether a failure still counts, so that the providers are not asked at `at`. */
export function inForce({ until }: Failure, at: Date): boolean {
  return at.toISOString() < until;
}

export function isFresh({ freshUntil }: Pick<PackedAnswer, "freshUntil">, at: Date): boolean {
  return at.toISOString() < freshUntil;
}
