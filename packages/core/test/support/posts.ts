import { sql } from "../../src/base/db.ts";
import * as Review from "../../src/review.ts";
import * as Tip from "../../src/tip.ts";
import * as a from "./factory.ts";

/** The moment at which the texts of these tests are written. */
export const now = new Date("2026-11-27T10:00:00.000Z");
export const later = (days: number, ms = 0) => new Date(now.getTime() + days * 86_400_000 + ms);

export const tip = {
  kind: "transit",
  body: "Take the metro from the airport: it is faster than the bus.",
  language: "en",
} as const;

export const review = {
  rating: 4,
  title: "Hills and trams",
  body: "We walked everywhere for four days and ate well. Take good shoes with you, the pavement is smooth.",
  language: "en",
  travelledIn: "2026-10",
  party: "couple",
  purpose: "city",
} as const;

const places = ["PRG", "VIE", "BUD", "WAW", "OSL", "CPH", "HEL", "ARN", "DUB", "EDI", "NCE", "LYS", "MRS", "TLS"];

/** A place that no other test of the file writes about. */
export function place(): string {
  const next = places.pop();
  if (!next) throw new Error("a test file has used up all places");
  return next;
}

/** A user whose texts need no approval: two were published before, about a place that no test lists. */
export async function trusted(over: Parameters<typeof a.proven>[0] = {}): Promise<string> {
  const userId = await a.proven(over);
  for (const kind of ["food", "money"] as const) {
    const { id } = await Tip.create(userId, "YUL", { ...tip, kind }, later(-60));
    await sql`update posts set state = 'published', published_at = created_at where posts.id = ${id}`;
  }
  return userId;
}

export const tipOf = async (userId: string, code: string, over: object = {}, at = now) =>
  Tip.create(userId, code, { ...tip, ...over }, at);
export const reviewOf = async (userId: string, code: string, over: object = {}, at = now) =>
  Review.create(userId, code, { ...review, ...over }, at);
