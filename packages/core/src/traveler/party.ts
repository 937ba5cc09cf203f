import { sql } from "../base/db.ts";
import { type Fault, Problem } from "../base/error.ts";
import { type Opened, openRows, travelersOf } from "./row.ts";

/** The statement that reads the travelers of a booking, for `readFor`. */
export const selectFor = (userId: string, ids: string[]) => travelersOf(userId, sql`and travelers.id = any (${ids})`);

/** As `readFor`, in a request of its own. */
export async function listFor(userId: string, ids: string[]): Promise<Opened[]> {
  return readFor(userId, ids, await selectFor(userId, ids));
}

/**
 * The travelers of a booking with their documents, in clear and in the order of `ids`, from what `selectFor` has read.
 * Each id at fault is named by its place, as `/travelers/0`.
 * @throws Problem `request.invalid` when one is named twice, `traveler.missing` (also for another user's),
 * `traveler.unreadable`
 */
export async function readFor(userId: string, ids: string[], rows: Record<string, unknown>[]): Promise<Opened[]> {
  const twice = ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
  if (twice.length > 0) {
    const message = "The request has fields at fault.";
    throw new Problem("input", "request.invalid", message, { errors: faults(twice, "must not be named twice") });
  }
  const opened = await openRows(userId, rows);
  const at = new Map(rows.map(({ id }, index) => [String(id), index]));
  const absent = ids.flatMap((id, index) => (at.has(id) ? [] : [index]));
  if (absent.length > 0) {
    const errors = faults(absent, "is none of the account's travelers");
    throw new Problem("missing", "traveler.missing", "There is no such traveler.", { errors });
  }
  const found = ids.map((id) => opened[at.get(id)!]);
  const closed = found.flatMap((each, index) => (each ? [] : [index]));
  if (closed.length > 0) {
    const errors = faults(closed, "cannot be read any more: delete it, and enter it anew");
    throw new Problem("conflict", "traveler.unreadable", "What is kept of a traveler cannot be read.", { errors });
  }
  return found as Opened[];
}

function faults(places: number[], detail: string): Fault[] {
  return places.map((place) => ({ pointer: `/travelers/${place}`, detail }));
}
