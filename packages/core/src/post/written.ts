import { sql } from "../base/db.ts";
import { type Arrival, placeOf } from "./place.ts";
import { missing } from "./row.ts";
import type { Kind, Written } from "./schema.ts";
import * as Write from "./write.ts";

export { placeOf } from "./place.ts";

/** Refuses telephone numbers: international ones, and those of the country. @throws Problem `request.invalid` */
async function check({ title, body }: { title?: string | null; body?: string | null }, country: string): Promise<void> {
  const { refusePhones } = await import("./phone.ts");
  refusePhones({ title, body }, country);
}

async function withSuggestion<T extends { body: string }>(post: T): Promise<T & { languageSuggested: string | null }> {
  const { languageOf } = await import("./language.ts");
  return { ...post, languageSuggested: languageOf(post.body) };
}

/**
 * Adds a text about `arrival`; repeating it with the same id changes nothing. `isHeld`: the review is
 * held, because 20 others of the place came within an hour.
 * @throws Problem `request.invalid` for a telephone number, `user.unproven`, `review.year`
 */
export async function add(
  userId: string,
  { country, place }: Arrival,
  draft: Omit<Write.Draft, "place">,
  at: Date,
): Promise<{ post: Written; isHeld: boolean }> {
  await check(draft, country);
  const { post, isHeld } = await Write.add(userId, { ...draft, place }, at);
  return { post: await withSuggestion(post), isHeld };
}

/**
 * Changes a text within 30 days of its writing. `toEdit` makes the change from where the place is, which never changes.
 * @throws Problem `request.invalid` for a telephone number, `post.missing` (also for another user's), `post.hidden`,
 * `post.closed`, `post.edits`
 */
export async function change(
  userId: string,
  kind: Kind,
  id: string,
  toEdit: (arrival: Arrival) => Omit<Write.Edit, "kind">,
  at: Date,
): Promise<Written> {
  const [found] = await sql`
    select posts.place
      from posts
     where posts.id = ${id}
       and posts.user_id = ${userId}
       and posts.kind = ${kind}`;
  if (!found) throw missing();
  const arrival = await placeOf(String(found.place));
  const edit = toEdit(arrival);
  await check(edit, arrival.country);
  return withSuggestion(await Write.change(userId, id, { ...edit, kind }, at));
}
