import * as v from "valibot";
import { sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import * as Post from "../post.ts";
import { Create, Query, Update } from "./schema.ts";

/**
 * Adds a tip about the place with this code, under this `id`; repeating it with the same id changes nothing. It waits for
 * an operator where the account's texts need approval.
 * @throws ValiError, Problem `place.missing`, `request.invalid` for a telephone number, `user.unproven`
 */
export async function create(
  userId: string,
  code: string,
  input: unknown,
  at: Date,
  id = newId("pst"),
): Promise<Post.Written> {
  const { kind, ...draft } = v.parse(Create, input);
  const { add, placeOf } = await Post.writing();
  const side = sql`
    insert into travel_tips (post_id, kind)
    select written.id, ${kind} from written
    returning jsonb_build_object('kind', travel_tips.kind) as details`;
  const { post } = await add(userId, await placeOf(code), { id, kind: "tip", title: null, ...draft, side }, at);
  return post;
}

/**
 * Changes the fields that are given, within 30 days.
 * @throws ValiError, Problem `request.invalid` for a telephone number, `post.missing` (also for another user's),
 * `post.hidden`, `post.closed`, `post.edits`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Post.Written> {
  const { kind = null, ...edit } = v.parse(Update, input);
  const { change } = await Post.writing();
  const side = sql`
    update travel_tips
       set kind = coalesce(${kind}, travel_tips.kind)
      from written
     where travel_tips.post_id = written.id
    returning jsonb_build_object('kind', travel_tips.kind) as details`;
  return change(userId, "tip", id, () => ({ ...edit, side }), at);
}

/**
 * Lists the published tips about a place, for a user, or null for a stranger, in one request to Postgres.
 * @throws ValiError, Problem `place.missing`, `page.cursor`
 */
export async function list(viewer: string | null, code: string, query: Query) {
  const { kind, language, limit, cursor, sort } = v.parse(Query, query);
  const [{ placeOf }, { list: read }] = await Promise.all([Post.writing(), Post.reading()]);
  const { place } = await placeOf(code);
  const which = sql`
    ${language === undefined ? sql`` : sql`and posts.language = ${language}`}
    ${kind === undefined ? sql`` : sql`and travel_tips.kind = ${kind}`}`;
  const { items, nextCursor } = await read("tip", { place, limit, cursor, sort }, which, viewer);
  return { items, nextCursor };
}
