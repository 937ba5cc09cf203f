import * as v from "valibot";
import { type Fragment, sql } from "../base/db.ts";
import { invalidFields } from "../base/error.ts";
import { newId } from "../base/id.ts";
import * as Metric from "../base/metric.ts";
import * as Post from "../post.ts";
import { Create, Query, Update } from "./schema.ts";

/** How long ago a journey may have been (years). */
const oldest = 3;

/**
 * Adds a review of the place with this code, under this `id`; repeating it with the same id changes nothing. It waits for
 * an operator where the account's texts need approval, and where 20 reviews of the place came within the hour.
 * @throws ValiError, Problem `place.missing`, `request.invalid` for a telephone number and for a month to come or more
 * than three years ago, `user.unproven`, `review.year`
 */
export async function create(
  userId: string,
  code: string,
  input: unknown,
  at: Date,
  id = newId("pst"),
): Promise<Post.Written> {
  const { rating, travelledIn, party, purpose, ...draft } = v.parse(Create, input);
  checkMonth(travelledIn, at);
  const { add, placeOf } = await Post.writing();
  const arrival = await placeOf(code);
  const side = sql`
    insert into reviews (post_id, rating, travelled_in, party, purpose, flew)
    select written.id, ${rating}, ${dayOf(travelledIn)}::date, ${party}, ${purpose}, ${flew(userId, arrival.arrivals, at)}
      from written
    returning ${details}`;
  const { post, isHeld } = await add(userId, arrival, { id, kind: "review", ...draft, side }, at);
  if (isHeld) Metric.emit({ ReviewsHeld: [1, "Count"] });
  return post;
}

/**
 * Changes the fields that are given, within 30 days.
 * @throws ValiError, Problem `request.invalid` as `create`, `post.missing` (also for another user's), `post.hidden`,
 * `post.closed`, `post.edits`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Post.Written> {
  const { rating = null, travelledIn, party = null, purpose = null, ...edit } = v.parse(Update, input);
  if (travelledIn !== undefined) checkMonth(travelledIn, at);
  const { change } = await Post.writing();
  const month = travelledIn === undefined ? null : dayOf(travelledIn);
  const side = (arrivals: string[]) => sql`
    update reviews
       set rating = coalesce(${rating}::smallint, reviews.rating),
           travelled_in = coalesce(${month}::date, reviews.travelled_in),
           party = coalesce(${party}, reviews.party),
           purpose = coalesce(${purpose}, reviews.purpose),
           flew = reviews.flew or ${flew(userId, arrivals, at)}
      from written
     where reviews.post_id = written.id
    returning ${details}`;
  return change(userId, "review", id, ({ arrivals }) => ({ ...edit, side: side(arrivals) }), at);
}

/**
 * Lists the published reviews of a place, for a user, or null for a stranger, with the place's rating, in one request to Postgres.
 * @throws ValiError, Problem `place.missing`, `page.cursor`
 */
export async function list(viewer: string | null, code: string, query: Query) {
  const { purpose, party, language, limit, cursor, sort } = v.parse(Query, query);
  const [{ placeOf }, { list: read }] = await Promise.all([Post.writing(), Post.reading()]);
  const { place } = await placeOf(code);
  const which = sql`
    ${language === undefined ? sql`` : sql`and posts.language = ${language}`}
    ${purpose === undefined ? sql`` : sql`and reviews.purpose = ${purpose}`}
    ${party === undefined ? sql`` : sql`and reviews.party = ${party}`}`;
  return read("review", { place, limit, cursor, sort }, which, viewer);
}

const dayOf = (month: string) => `${month}-01`;

const details = sql`
  jsonb_build_object(
    'rating', reviews.rating,
    'travelledIn', to_char(reviews.travelled_in, 'YYYY-MM'),
    'party', reviews.party,
    'purpose', reviews.purpose) as details`;

/**
 * Whether the user has a booking that was flown to one of these codes: one that stands, whose last flight has landed. One
 * that was moved in counts like it; one of the simulated market does not.
 */
const flew = (userId: string, arrivals: string[], at: Date): Fragment => sql`
  exists (
    select
      from bookings
     where bookings.user_id = ${userId}
       and bookings.status = 'confirmed'
       and not bookings.simulated
       and bookings.arrives_at <= ${at}::timestamptz
       and bookings.flight_data->>'destination' = any (${arrivals}::text[]))`;

/** The month may have begun already where the traveler is. */
function checkMonth(month: string, at: Date): void {
  const now = new Date(at.getTime() + 14 * 3_600_000).toISOString().slice(0, 7);
  const first = `${at.getUTCFullYear() - oldest}${at.toISOString().slice(4, 7)}`;
  const fault = (detail: string) => invalidFields([{ pointer: "/travelledIn", detail }]);
  if (month > now) throw fault("must not be in the future");
  if (month < first) throw fault(`must not be more than ${oldest} years ago`);
}
