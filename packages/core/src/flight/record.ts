import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";
import type { Answer, Said } from "./provider.ts";

/** A stored answer to a search: when the providers were asked, and until when that counts as fresh (UTC). */
export type Known = {
  status: "ok" | "partial" | "no_results";
  searchedAt: string;
  freshUntil: string;
  offers: Offer[];
  providers: Said[];
};

const minute = 60_000;

/** The same question to the same provider has the same key, however it was written. */
export function keyOf(provider: string, criteria: Criteria): string {
  const fields = Object.entries({ ...criteria, provider }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `flight:2:${createHash("sha256").update(JSON.stringify(fields)).digest("base64url")}`;
}

/** Thirty offers say the same names over and over: packed, they are a tenth as long. */
export function pack(known: Known): string {
  return deflateRawSync(JSON.stringify(known)).toString("base64");
}

export function unpack(packed: string): Known {
  return JSON.parse(inflateRawSync(Buffer.from(packed, "base64")).toString()) as Known;
}

/** Ten minutes and one for each day to departure, an hour at most, and never within five minutes of an offer's end. */
export function freshUntil({ status, offers }: Answer, { departureDate }: Criteria, at: Date): Date {
  const days = Math.max(0, (Date.parse(departureDate) - at.getTime()) / (24 * 60 * minute));
  const ends = offers.map(({ expiresAt }) => Date.parse(expiresAt) - at.getTime() - 5 * minute);
  const whole = status === "no_results" ? 2 : status === "partial" ? 1 : Math.min(10 + days, 60);
  return new Date(at.getTime() + Math.max(0, Math.min(whole * minute, ...ends)));
}
