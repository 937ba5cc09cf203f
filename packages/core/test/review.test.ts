import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Post from "../src/post.ts";
import * as Review from "../src/review.ts";
import * as a from "./support/factory.ts";
import { metricLines } from "./support/logs.ts";
import { later, now, place, review, reviewOf, trusted } from "./support/posts.ts";

test("one a person, place and year in UTC, also of two at once; one that was taken back does not count", async () => {
  const userId = await trusted();
  const code = place();
  const newYear = new Date("2027-01-01T00:00:00.000Z");
  const made = await Promise.allSettled([1, 2].map(() => reviewOf(userId, code)));
  expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(reviewOf(userId, code, {}, new Date(newYear.getTime() - 1))).rejects.toMatchObject({
    kind: "conflict",
    code: "review.year",
  });
  expect((await reviewOf(userId, code, {}, newYear)).state).toBe("published");
  const { items } = await Post.mine(userId, { limit: 1 }, newYear);
  await Post.withdraw(userId, "review", items[0]?.id ?? "", newYear);
  await reviewOf(userId, code, {}, newYear);
});

test.each<[string, object, string]>([
  ["a rating of six", { rating: 6 }, "rating"],
  ["half a star", { rating: 4.5 }, "rating"],
  ["a title of two lines", { title: "One\nTwo" }, "title"],
  ["a short text", { body: "a".repeat(49) }, "body"],
  ["a month that is none", { travelledIn: "2026-13" }, "travelledIn"],
  ["who is not known", { party: "crowd" }, "party"],
  ["a claim to have flown", { flew: true }, "flew"],
])("refuses %s", async (_, over, field) => {
  const refused = await reviewOf("usr_1", "LIS", over).catch((error) => error);
  expect(refused.issues[0].path[0].key).toBe(field);
});

test.each([
  ["2026-11", null],
  ["2026-12", "must not be in the future"],
  ["2023-11", null],
  ["2023-10", "must not be more than 3 years ago"],
])("a journey in %s: %s", async (travelledIn, detail) => {
  const made = reviewOf(await trusted(), "YYZ", { travelledIn });
  if (detail === null) expect((await made).review?.travelledIn).toBe(travelledIn);
  else await expect(made).rejects.toMatchObject({ errors: [{ pointer: "/travelledIn", detail }] });
});

test("flew there by a booking that was flown, or one that was moved in, and by no word of the writer", async () => {
  const book = (userId: string, over: object = {}) => {
    const row = { status: "confirmed", to: "LHR", arrives: later(-1), simulated: false, legacy: null, ...over };
    return sql`
      insert into bookings
        (id, legacy_id, user_id, booking_reference, flight_data, passenger_data, total_price, status, simulated, departs_at,
         arrives_at)
      values (${newId("bkg")}, ${row.legacy}, ${userId}, ${newId("bkg")},
              jsonb_build_object('origin', 'JFK', 'destination', ${row.to}::text), '[{}]', 100, ${row.status},
              ${row.simulated}, ${row.arrives}, ${row.arrives})`;
  };
  const flew = async (code: string, over?: object) => {
    const userId = await trusted();
    if (over) await book(userId, over);
    return (await reviewOf(userId, code)).review?.flew;
  };
  expect(await flew("LHR", {})).toBe(true);
  expect(await flew("LON", {})).toBe(true);
  expect(await flew("LON", { legacy: newId("bkg"), to: "LON" })).toBe(true);
  expect(await flew("LHR")).toBe(false);
  expect(await flew("LHR", { to: "LGW" })).toBe(false);
  expect(await flew("LHR", { arrives: later(1) })).toBe(false);
  expect(await flew("LHR", { status: "cancelled" })).toBe(false);
  expect(await flew("LHR", { simulated: true })).toBe(false);

  const userId = await trusted();
  const { id } = await reviewOf(userId, "LHR");
  await book(userId, { arrives: later(2) });
  expect((await Review.update(userId, id, { rating: 5 }, later(1))).review).toMatchObject({ rating: 5, flew: false });
  expect((await Review.update(userId, id, { purpose: "work" }, later(3))).review).toMatchObject({
    ...{ rating: 5, flew: true, purpose: "work", party: review.party },
  });
});

test("no average under five reviews, and one that leans on 3.5", async () => {
  const code = place();
  const userId = await trusted();
  for (let count = 0; count < 4; count++) await reviewOf(await trusted(), code, { rating: 5 });
  await reviewOf(await a.proven(), code, { rating: 1 });
  expect((await Review.list(null, code, {})).rating).toEqual({ average: null, count: 4 });
  await reviewOf(userId, code, { rating: 5 });
  const { rating, items } = await Review.list(userId, code, { party: "couple", purpose: "city" });
  expect(rating).toEqual({ average: 4.3, count: 5 });
  expect(items.filter(({ mine }) => mine)).toHaveLength(1);
});

test("after 20 in an hour at one place the next are held, and an alarm is raised", async () => {
  const code = place();
  await sql`
    insert into posts (id, kind, place, state, language, title, body, created_at, updated_at, published_at)
    select 'pst_' || lpad(one::text, 26, '0'), 'review', ${code}, 'published', 'en', 'title', 'body', ${later(0, -3_599_000)},
           ${now}, ${now}
      from generate_series(1, 19) as one`;
  const states: string[] = [];
  const [first, second, third] = [await trusted(), await trusted(), await trusted()];
  const lines = await metricLines(async () => {
    states.push((await reviewOf(first, code)).state);
    states.push((await reviewOf(second, code)).state);
    states.push((await reviewOf(third, place())).state);
  });
  expect(states).toEqual(["published", "waiting", "published"]);
  expect(lines).toMatchObject([{ ReviewsHeld: 1 }]);
  expect((await reviewOf(await trusted(), code, {}, later(0, 3_601_000))).state).toBe("published");
});
