import { queues } from "@travel-conductor/local/testing";
import * as v from "valibot";
import { vi } from "vitest";
import { type Question, questionOf } from "../../src/flight/record.ts";
import type * as Single from "../../src/flight/singleflight.ts";
import { type Answer, type Call, Criteria, type FareProvider, type Offer, unknownTerms } from "../../src/flight.ts";

export const at = new Date("2026-11-22T12:00:00Z");
export const minutesLater = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

/** Short enough to be waited for: a leader is lost after 300 ms, and everybody has an answer after three seconds. */
export const shortTimes = { lease: 300, patience: 3_000, pause: 20 };

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

/** A provider that answers as a test says, by how often it has been asked before. */
export function stubProvider(answer: (before: number, at: Date, call?: Call) => Answer | Promise<Answer>): Stub {
  const calls: (Call | undefined)[] = [];
  return {
    name: "stub",
    calls,
    search: async (_, at, call) => answer(calls.push(call) - 1, at, call),
  };
}

let asked = 0;

/** Criteria nobody has asked for in this file yet. */
export function uniqueCriteria(over: object = {}): v.InferInput<typeof Criteria> {
  const day = "departureDate" in over ? 0 : asked++;
  const departureDate = new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10);
  return { origin: "STN", destination: "BGY", departureDate, currency: "GBP", ...over };
}

export function question(provider: FareProvider, over: object = {}): Question {
  return questionOf(provider, v.parse(Criteria, uniqueCriteria(over)));
}

/** Another Lambda: the same code with a memory of its own, before the same stores. */
export async function newProcess(): Promise<typeof Single> {
  vi.resetModules();
  return import("../../src/flight/singleflight.ts");
}

/** A promise, and how to keep it. */
export function deferred<T = void>(): { open: (value: T) => void; opened: Promise<T> } {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** The tickets that were queued since, as their handler gets them. */
export function sentTickets(): unknown[] {
  return queues.refresh.receive(10).map(({ Body, ReceiptHandle }) => {
    queues.refresh.remove(ReceiptHandle);
    return JSON.parse(Body);
  });
}
