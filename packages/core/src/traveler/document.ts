import * as v from "valibot";
import { isoDay } from "../base/day.ts";
import { orMade, sql, transaction, utc } from "../base/db.ts";
import { invalidFields, Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import { openAll, sealAll } from "../base/vault.ts";
import { missing, openOne, sealedDocuments, toDocumentInfo } from "./row.ts";
import {
  AddDocument,
  countryFault,
  type DocumentInfo,
  mostDocuments,
  type Paper,
  ReadZone,
  type Zoned,
} from "./schema.ts";

const documentMissing = () => new Problem("missing", "document.missing", "There is no such document.");

/**
 * Adds a document to a traveler under this `id`; repeating it with the same id changes nothing. A machine readable zone
 * must be of a person born on the traveler's day of birth.
 * @throws ValiError, Problem `request.invalid` for a zone that does not read, another day of birth, or a document that has
 * run out, `traveler.missing` (also for another user's), `traveler.unreadable`, `document.limit`
 */
export async function addDocument(
  userId: string,
  travelerId: string,
  input: unknown,
  at: Date,
  id = newId("doc"),
): Promise<DocumentInfo> {
  const { mrz, ...given } = v.parse(AddDocument, input);
  const value = mrz === undefined ? toPaper(given) : await paperIn(userId, travelerId, mrz, at);
  const { countries } = await import("./country.ts");
  if (!countries.has(value.country)) throw fault("/country", countryFault);
  const today = isoDay(at.getTime() - 12 * 3_600_000);
  if (value.expiresOn !== null && value.expiresOn < today)
    throw fault(mrz === undefined ? "/expiresOn" : "/mrz", `has run out, on ${value.expiresOn}`);
  const [sealed] = await sealAll(sealedDocuments, [{ id, owner: userId, value }]);
  const own = sql`travelers where travelers.id = ${travelerId} and travelers.user_id = ${userId}`;
  const kept = sql`
    select traveler_documents.sealed, ${utc(sql`traveler_documents.created_at`)} as "createdAt"
      from traveler_documents
     where traveler_documents.id = ${id}
       and traveler_documents.user_id = ${userId}
       and traveler_documents.traveler_id = ${travelerId}`;
  const change = transaction({
    // Additions to one traveler run one after another, so that each counts the ones before.
    owned: sql`select 1 as found from ${own} for no key update`,
    added: sql`
      insert into traveler_documents (id, user_id, traveler_id, sealed)
      select ${id}, travelers.user_id, travelers.id, ${sealed}
        from travelers
       where travelers.id = ${travelerId}
         and travelers.user_id = ${userId}
         and ${mostDocuments} > (
               select count(*)
                 from traveler_documents
                where traveler_documents.user_id = ${userId}
                  and traveler_documents.traveler_id = ${travelerId})
      on conflict do nothing`,
    kept,
  });
  const { owned, kept: rows } = await orMade(change, async () => {
    const rows = await kept;
    return rows.length > 0 ? { owned: rows, added: [], kept: rows } : undefined;
  });
  if (owned.length === 0) throw missing();
  const [row] = rows as { sealed: string; createdAt: string }[];
  if (!row) throw new Problem("conflict", "document.limit", `A traveler has at most ${mostDocuments} documents.`);
  const [opened] = await openAll(sealedDocuments, [{ id, owner: userId, sealed: row.sealed }]);
  return toDocumentInfo({ ...((opened as Paper | undefined) ?? value), id, createdAt: row.createdAt }, isoDay(at));
}

/** Deletes a document. @throws Problem `document.missing` (also for another user's, and another traveler's) */
export async function removeDocument(userId: string, travelerId: string, id: string): Promise<void> {
  const [row] = await sql`
    delete from traveler_documents
     where traveler_documents.id = ${id}
       and traveler_documents.traveler_id = ${travelerId}
       and traveler_documents.user_id = ${userId}
    returning traveler_documents.id`;
  if (!row) throw documentMissing();
}

/** Reads a machine readable zone and stores nothing of it. @throws ValiError, Problem `request.invalid` at `/mrz` */
export async function read(input: unknown, at: Date): Promise<Zoned> {
  const { mrz } = v.parse(ReadZone, input);
  return (await import("./zone.ts")).readZone(mrz, at);
}

async function paperIn(userId: string, travelerId: string, mrz: string, at: Date): Promise<Paper> {
  const { type, number, country, expiresOn, bornOn } = (await import("./zone.ts")).readZone(mrz, at);
  const traveler = await openOne(userId, travelerId);
  if (bornOn !== null && traveler.bornOn !== null && bornOn !== traveler.bornOn)
    throw fault("/mrz", "is of a person born on another day than this traveler");
  return { type, number, country, expiresOn };
}

function toPaper({ type, number, country, expiresOn }: Omit<v.InferOutput<typeof AddDocument>, "mrz">): Paper {
  const kept = type === "tax_id" ? number! : number!.replace(/[./-]/g, "");
  return { type: type!, number: kept, country: country!, expiresOn: expiresOn ?? null };
}

const fault = (pointer: string, detail: string) => invalidFields([{ pointer, detail }]);
