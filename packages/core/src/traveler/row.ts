import { isoDay } from "../base/day.ts";
import { type Fragment, sql, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { openAll } from "../base/vault.ts";
import * as Moved from "../moved.ts";
import { endOf } from "./mask.ts";
import { type DocumentInfo, type Info, lackedBy, type Paper, type Person } from "./schema.ts";

/** The names that values are sealed for. */
export const sealedTravelers = "travelers";
export const sealedDocuments = "traveler_documents";

type Row = {
  id: string;
  sealed: string;
  createdAt: string;
  updatedAt: string;
  moved: Info["moved"];
  documents: { id: string; sealed: string; createdAt: string }[];
};

export type OpenedDocument = Paper & { id: string; createdAt: string };

/** A traveler in clear. `unreadable` are the ids of documents that do not open. */
export type Opened = Person & {
  id: string;
  documents: OpenedDocument[];
  unreadable: string[];
  createdAt: string;
  updatedAt: string;
  moved: Info["moved"];
};

/** The statement that reads a user's travelers, oldest first, with their documents. */
export function travelersOf(userId: string, which: Fragment = sql``) {
  return sql`
    select travelers.id,
           travelers.sealed,
           ${utc(sql`travelers.created_at`)} as "createdAt",
           ${utc(sql`travelers.updated_at`)} as "updatedAt",
           ${Moved.of("passenger_profiles", sql`travelers.legacy_id`)} as moved,
           (
             select coalesce(
                      json_agg(
                        json_build_object(
                          'id', traveler_documents.id,
                          'sealed', traveler_documents.sealed,
                          'createdAt', ${utc(sql`traveler_documents.created_at`)})
                        order by traveler_documents.id),
                      '[]')
               from traveler_documents
              where traveler_documents.user_id = travelers.user_id
                and traveler_documents.traveler_id = travelers.id
           ) as documents
      from travelers
     where travelers.user_id = ${userId}
       ${which}`;
}

/** Opens what `travelersOf` read, in its order; undefined for a traveler who does not open. */
export async function openRows(userId: string, rows: Record<string, unknown>[]): Promise<(Opened | undefined)[]> {
  const found = rows as Row[];
  const named = (row: { id: string; sealed: string }) => ({ id: row.id, owner: userId, sealed: row.sealed });
  const papers = found.flatMap(({ documents }) => documents);
  const [persons, opened] = await Promise.all([
    openAll(sealedTravelers, found.map(named)),
    openAll(sealedDocuments, papers.map(named)),
  ]);
  const paperOf = new Map(papers.map(({ id }, index) => [id, opened[index] as Paper | undefined]));
  return found.map(({ id, createdAt, updatedAt, moved, documents }, index) => {
    const person = persons[index] as Person | undefined;
    if (!person) return undefined;
    const readable = documents.flatMap((each) => {
      const paper = paperOf.get(each.id);
      return paper ? [{ ...paper, id: each.id, createdAt: each.createdAt }] : [];
    });
    const unreadable = documents.filter((each) => !paperOf.get(each.id)).map((each) => each.id);
    return { ...person, id, documents: readable, unreadable, createdAt, updatedAt, moved };
  });
}

/** Reads and opens one traveler. @throws Problem `traveler.missing` (also for another user's), `traveler.unreadable` */
export async function openOne(userId: string, id: string): Promise<Opened> {
  const rows = await travelersOf(userId, sql`and travelers.id = ${id}`);
  const [found] = await openRows(userId, rows);
  if (rows.length === 0) throw missing();
  if (!found) throw unreadable();
  return found;
}

/** `journeyEnds` is the day that documents are judged for: by default the day of `at` in UTC. */
export function toInfo(found: Opened, journeyEnds: string | undefined, at: Date): Info {
  const {
    loyalty,
    knownTravelerNumber,
    redressNumber,
    documents,
    phoneAsGiven = null,
    address = null,
    ...shown
  } = found;
  const end = journeyEnds ?? isoDay(at);
  return {
    ...shown,
    phoneAsGiven,
    address,
    lacks: lackedBy(found),
    loyalty: loyalty.map(({ airline, number }) => ({ airline, numberEnds: endOf(number) })),
    knownTravelerNumberEnds: knownTravelerNumber && endOf(knownTravelerNumber),
    redressNumberEnds: redressNumber && endOf(redressNumber),
    documents: documents.map((each) => toDocumentInfo(each, end)),
  };
}

export function toDocumentInfo({ number, ...shown }: OpenedDocument, journeyEnds: string): DocumentInfo {
  return { ...shown, numberEnds: endOf(number), runsOut: runsOut(shown.expiresOn, journeyEnds) };
}

/** A document is valid on its last day. Many countries ask for six months from the end of the journey. */
function runsOut(expiresOn: string | null, journeyEnds: string): DocumentInfo["runsOut"] {
  if (expiresOn === null) return null;
  if (expiresOn < journeyEnds) return "before_end";
  return expiresOn < sixMonthsAfter(journeyEnds) ? "within_six_months" : null;
}

/** The same day of the month, or the last of a shorter month. */
function sixMonthsAfter(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + 6, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 + 6, Math.min(date, last)));
}

export const missing = () => new Problem("missing", "traveler.missing", "There is no such traveler.");

export const unreadable = () =>
  new Problem(
    "conflict",
    "traveler.unreadable",
    "What is kept of this traveler cannot be read any more. Delete it, and enter it anew.",
  );
