import * as v from "valibot";
import { type Fragment, sql, utc, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import { parseProse, wordsOf } from "../base/prose.ts";
import * as Operator from "../operator.ts";
import { Change, Draft, Preview, type Previewed, Publish, type Version } from "./draft.schema.ts";
import { find } from "./guide.ts";

const columns = sql`
           guide_versions.id,
           guide_versions.place,
           guide_versions.section,
           guide_versions.language,
           guide_versions.state,
           guide_versions.revision,
           guide_versions.title,
           guide_versions.source,
           (select users.first_name from users where users.id = guide_versions.author) as author,
           guide_versions.checked_on::text as "checkedOn",
           ${utc(sql`guide_versions.created_at`)} as "createdAt",
           ${utc(sql`guide_versions.updated_at`)} as "updatedAt",
           ${utc(sql`guide_versions.published_at`)} as "publishedAt"`;

/** How many versions of a place are listed at most: the newest. */
const mostVersions = 200;

/**
 * Lists, for an operator, what was written about a place, newest first: drafts, what is shown, and what was before.
 * @throws Problem `operator.required`, `place.missing`
 */
export async function versions(userId: string, code: string): Promise<{ items: Version[] }> {
  const { code: place } = await find(code);
  const items = await Operator.queryAsOperator<Version>(
    userId,
    (allowed) => sql`
    select ${columns}
      from guide_versions
     where ${allowed}
       and guide_versions.place = ${place}
     order by guide_versions.id desc
     limit ${mostVersions}`,
  );
  return { items };
}

/** What the text would look like. @throws ValiError */
export async function preview(input: unknown): Promise<v.InferOutput<typeof Previewed>> {
  const { source } = v.parse(Preview, input);
  return { blocks: await parseProse(source) };
}

/**
 * Begins a section's draft, for an operator; one of each section and language at a time.
 * @throws ValiError, Problem `operator.required`, `place.missing`, `guide.draft` where there is one
 */
export async function write(userId: string, code: string, input: unknown, at: Date): Promise<Version> {
  const { section, language, title, source, checkedOn } = v.parse(Draft, input);
  const { code: place } = await find(code);
  const blocks = await parseProse(source);
  const id = newId("gdv", at);
  const [row] = await Operator.queryAsOperator<Version>(
    userId,
    (allowed) => sql`
    with added as (
      insert into destination_guides (code)
      select ${place} where ${allowed}
      on conflict (code) do nothing
    ), made as (
      insert into guide_versions (id, place, section, language, title, source, blocks, body, author, checked_on, created_at, updated_at)
      select ${id}, ${place}, ${section}, ${language}, ${title}, ${source}, ${JSON.stringify(blocks)}::jsonb, ${wordsOf(blocks)},
             ${userId}, ${checkedOn}::date, ${at}, ${at}
       where ${allowed}
      returning *
    )
    select ${columns} from made as guide_versions`,
  ).catch((error) => {
    if (violatedConstraint(error) !== "guide_draft") throw error;
    throw new Problem("conflict", "guide.draft", "This section has a draft already: change that one.");
  });
  return row as Version;
}

/**
 * Changes a draft, for an operator, unless it was changed since the revision that was read.
 * @throws ValiError, Problem `operator.required`, `guide.missing` (also for what is no draft), `guide.changed`
 */
export async function change(userId: string, id: string, input: unknown, at: Date): Promise<Version> {
  const { title, source, checkedOn, revision: read } = v.parse(Change, input);
  const blocks = await parseProse(source);
  return act(
    userId,
    (allowed) => sql`
    with draft as (
      ${selectDraft(id, allowed)}
    ), made as (
      update guide_versions
         set title = ${title},
             source = ${source},
             blocks = ${JSON.stringify(blocks)}::jsonb,
             body = ${wordsOf(blocks)},
             author = ${userId},
             checked_on = ${checkedOn}::date,
             revision = guide_versions.revision + 1,
             updated_at = ${at}
        from draft
       where guide_versions.id = draft.id
         and draft.revision = ${read}
      returning guide_versions.*
    )
    select ${columns} from made as guide_versions`,
    id,
  );
}

/**
 * Shows a draft, for an operator, in place of what its section showed before.
 * @throws ValiError, Problem `operator.required`, `guide.missing` (also for what is no draft), `guide.changed`
 */
export async function publish(userId: string, id: string, input: unknown, at: Date): Promise<Version> {
  const { revision: read } = v.parse(Publish, input);
  return act(
    userId,
    (allowed) => sql`
    with draft as (
      ${selectDraft(id, allowed)}
    ), before as (
      update guide_versions
         set state = 'replaced',
             updated_at = ${at}
        from draft
       where guide_versions.place = draft.place
         and guide_versions.section = draft.section
         and guide_versions.language = draft.language
         and guide_versions.state = 'published'
         and draft.revision = ${read}
      returning 1
    ), made as (
      update guide_versions
         set state = 'published',
             published_at = ${at},
             updated_at = ${at}
        from draft
       where guide_versions.id = draft.id
         and draft.revision = ${read}
         -- The one before is replaced first: one of a section is shown at a time.
         and (select count(*) from before) >= 0
      returning guide_versions.*
    )
    select ${columns} from made as guide_versions`,
    id,
  );
}

/**
 * Takes what is shown of a section away, for an operator. The version stays, so that it can be read again.
 * @throws Problem `operator.required`, `guide.missing` (also for what is not shown)
 */
export async function withdraw(userId: string, id: string, at: Date): Promise<void> {
  const rows = await Operator.queryAsOperator(
    userId,
    (allowed) => sql`
    update guide_versions
       set state = 'withdrawn',
           updated_at = ${at}
     where guide_versions.id = ${id}
       and guide_versions.state = 'published'
       and ${allowed}
    returning 1`,
  );
  if (rows.length === 0) throw missing();
}

/** Deletes a draft, for an operator. @throws Problem `operator.required`, `guide.missing` (also for what is no draft) */
export async function discard(userId: string, id: string): Promise<void> {
  const rows = await Operator.queryAsOperator(
    userId,
    (allowed) => sql`
    delete from guide_versions
     where guide_versions.id = ${id}
       and guide_versions.state = 'draft'
       and ${allowed}
    returning 1`,
  );
  if (rows.length === 0) throw missing();
}

const selectDraft = (id: string, allowed: Fragment) => sql`
      select guide_versions.*
        from guide_versions
       where guide_versions.id = ${id}
         and guide_versions.state = 'draft'
         and ${allowed}
         for update`;

/** Runs a change of a draft. Where nothing was changed, says whether the draft is missing or was changed meanwhile. */
async function act(userId: string, statement: (allowed: Fragment) => Fragment, id: string): Promise<Version> {
  const [row] = await Operator.queryAsOperator<Version>(userId, statement);
  if (row) return row;
  const [draft] =
    await sql`select from guide_versions where guide_versions.id = ${id} and guide_versions.state = 'draft'`;
  if (!draft) throw missing();
  throw new Problem("conflict", "guide.changed", "Somebody changed this draft meanwhile: load it again.");
}

const missing = () => new Problem("missing", "guide.missing", "There is no such version of a guide.");
