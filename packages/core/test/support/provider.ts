import { queues } from "@travel-conductor/local/testing";
import * as v from "valibot";
import { vi } from "vitest";
import { type Question, questionOf } from "../../src/flight/record.ts";
import type * as SingleFlight from "../../src/flight/singleflight.ts";
import { type Answer, type Call, Criteria, type FareProvider, type Offer, unknownTerms } from "../../src/flight.ts";

export const at = new Date("2026-11-22T12:00:00Z");
export const minutesLater = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

/** Times short enough for a test: a leader is lost after 300 ms, and each search is answered within three seconds. */
export const shortTimes = { leaseMs: 300, timeoutMs: 3_000, pollMs: 20 };

export function offer(total = 2699, expiresAt = minutesLater(240)): Offer {
  const reference = String(total);
  const price = { total, currency: "GBP", expiresAt: expiresAt.toISOString() };
  return { provider: "stub", reference, simulated: true, ...price, ...unknownTerms, slices: [] };
}

export const ok = (...offers: [Offer, ...Offer[]]): Answer => ({ status: "ok", offers });
export const noResults: Answer = { status: "no_results", offers: [] };
export const providerError: Answer = { status: "provider_error", offers: [] };
export const rateLimited: Answer = { status: "rate_limited", offers: [] };

export type Stub = FareProvider & { calls: (Call | undefined)[] };

/** A provider with the answers of `answer`. `callsBefore` is the number of earlier calls. */
export function stubProvider(answer: (callsBefore: number, at: Date, call?: Call) => Answer | Promise<Answer>): Stub {
  const calls: (Call | undefined)[] = [];
  return {
    name: "stub",
    calls,
    search: async (_, at, call) => answer(calls.push(call) - 1, at, call),
  };
}

let nextDay = 0;

/** Criteria that no other test of the file has used. With a `departureDate` in `over`, they are not unique. */
export function uniqueCriteria(over: object = {}): v.InferInput<typeof Criteria> {
  const day = "departureDate" in over ? 0 : nextDay++;
  const departureDate = new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10);
  return { origin: "STN", destination: "BGY", departureDate, currency: "GBP", ...over };
}

/** A question that no other test of the file has asked. */
export function uniqueQuestion(provider: FareProvider, over: object = {}): Question {
  return questionOf(provider, v.parse(Criteria, uniqueCriteria(over)));
}

/** Another Lambda: the same code and stores, with its own memory. */
export async function newProcess(): Promise<typeof SingleFlight> {
  vi.resetModules();
  return import("../../src/flight/singleflight.ts");
}

/** A promise, and the function that resolves it. */
export function deferred<T = void>(): { resolve: (value: T) => void; promise: Promise<T> } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { resolve, promise };
}

/** Takes the tickets that were queued since the last call, as their handler gets them. */
export function sentTickets(): unknown[] {
  return queues.refresh.receive(10).map(({ Body, ReceiptHandle }) => {
    queues.refresh.remove(ReceiptHandle);
    return JSON.parse(Body);
  });
}
