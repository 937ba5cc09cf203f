import { realNow } from "@travel-conductor/core/base/time";
import * as Post from "@travel-conductor/core/post";
import * as Review from "@travel-conductor/core/review";
import * as Tip from "@travel-conductor/core/tip";
import { Hono } from "hono";
import type * as v from "valibot";
import { withIdempotency } from "../idempotent.ts";
import { limited } from "../limit.ts";
import { listed, operation } from "../operation.ts";
import { type SignedIn, signedIn, viewed } from "../session.ts";

const place = "/:code{[A-Za-z]{3}}" as const;
const unknown = { 404: ["place.missing"] };
const stored = { 503: ["service.unavailable", "service.outdated"] };
const unproven = { 403: ["user.unproven"] };

const tip = {
  kind: "transit",
  body: "Buy the card of the metro at the airport: a single ticket costs three times as much.",
  language: "en",
  named: true,
} as const;

const review = {
  rating: 4,
  title: "Hills and trams",
  body: "We walked everywhere for four days and ate well. Take good shoes: the pavement is steep and smooth.",
  language: "en",
  get travelledIn() {
    return realNow().toISOString().slice(0, 7);
  },
  party: "couple",
  purpose: "city",
} as const;

/** Tips and reviews of a place. Others are mounted beside them under the same path. */
export const placePosts = new Hono()
  .get(
    `${place}/tips`,
    operation({
      session: "optional",
      scope: "read",
      summary: "Tips of people about a place",
      query: Tip.Query,
      example: { kind: "transit", language: "en" },
      answer: listed(Tip.Info),
      problems: { ...unknown, 422: ["page.cursor"], ...stored },
    }),
    viewed,
    async (c) => c.json(await Tip.list(c.var.viewer, c.req.param("code"), c.req.valid("query"))),
  )
  .post(
    `${place}/tips`,
    operation({
      session: true,
      summary: "Write a tip about a place",
      body: Tip.Create,
      example: tip,
      status: 201,
      answer: Post.Written,
      problems: { ...unknown, ...unproven },
    }),
    signedIn,
    limited("posts"),
    withIdempotency("pst", { under: "/v1/tips" }),
    async (c) => {
      const { userId, resourceId } = c.var;
      return c.json(await Tip.create(userId, c.req.param("code"), c.req.valid("json"), realNow(), resourceId), 201);
    },
  )
  .get(
    `${place}/reviews`,
    operation({
      session: "optional",
      scope: "read",
      summary: "Reviews of a place, and what they come to",
      query: Review.Query,
      example: { sort: "newest", purpose: "city" },
      answer: listed(Review.Info, { rating: Post.Rating }),
      problems: { ...unknown, 422: ["page.cursor"], ...stored },
    }),
    viewed,
    async (c) => c.json(await Review.list(c.var.viewer, c.req.param("code"), c.req.valid("query"))),
  )
  .post(
    `${place}/reviews`,
    operation({
      session: true,
      summary: "Write a review of a place",
      body: Review.Create,
      example: review,
      status: 201,
      answer: Post.Written,
      problems: { ...unknown, ...unproven, 409: ["review.year"] },
    }),
    signedIn,
    limited("posts"),
    withIdempotency("pst", { under: "/v1/reviews" }),
    async (c) => {
      const { userId, resourceId } = c.var;
      return c.json(await Review.create(userId, c.req.param("code"), c.req.valid("json"), realNow(), resourceId), 201);
    },
  );

export const tips = postsOf("tip", Tip.Update, { body: tip.body }, Tip.update);
export const reviews = postsOf("review", Review.Update, { rating: 5 }, Review.update);

/** Below `/v1/me`, whose routes check the session: a second check would count each request twice. */
export const myPosts = new Hono<SignedIn>().get(
  "/",
  operation({
    summary: "My tips and reviews, newest first",
    query: Post.MineQuery,
    answer: listed(Post.Mine),
    problems: { 422: ["page.cursor"] },
  }),
  async (c) => c.json(await Post.mine(c.var.userId, c.req.valid("query"), realNow())),
);

/** What is done with one text: the same for both kinds. */
function postsOf<U extends v.GenericSchema>(
  kind: Post.Kind,
  body: U,
  example: Record<string, unknown>,
  update: (userId: string, id: string, input: unknown, at: Date) => Promise<Post.Written>,
) {
  const path = "/:id{pst_[0-9a-z]{26}}" as const;
  const missing = { 404: ["post.missing"] };
  const others = { ...missing, ...unproven, 409: ["post.own"] };
  return new Hono()
    .use(signedIn)
    .patch(
      path,
      operation({
        summary: `Change a ${kind} of mine, for 30 days`,
        body,
        example,
        answer: Post.Written,
        problems: { ...missing, 409: ["post.hidden", "post.closed", "post.edits"] },
      }),
      limited("posts"),
      async (c) => c.json(await update(c.var.userId, c.req.param("id"), c.req.valid("json" as never), realNow())),
    )
    .delete(path, operation({ summary: `Take back a ${kind} of mine`, status: 204, problems: missing }), async (c) => {
      await Post.withdraw(c.var.userId, kind, c.req.param("id"), realNow());
      return c.body(null, 204);
    })
    .post(
      `${path}/useful`,
      operation({ summary: `Say that a ${kind} is useful`, answer: Post.Useful, problems: others }),
      limited("votes"),
      async (c) => c.json(await Post.vote(c.var.userId, kind, c.req.param("id"), realNow())),
    )
    .delete(
      `${path}/useful`,
      operation({ summary: `Take back that a ${kind} is useful`, answer: Post.Useful, problems: others }),
      limited("votes"),
      async (c) => c.json(await Post.unvote(c.var.userId, kind, c.req.param("id"))),
    )
    .post(
      `${path}/reports`,
      operation({
        summary: `Report a ${kind}`,
        body: Post.Report,
        example: { reason: "spam", note: "The same text stands at ten other places." },
        status: 204,
        problems: others,
      }),
      limited("reports"),
      async (c) => {
        await Post.report(c.var.userId, kind, c.req.param("id"), c.req.valid("json"), realNow());
        return c.body(null, 204);
      },
    )
    .post(
      `${path}/appeal`,
      operation({
        summary: `Ask once for a second decision about a ${kind} of mine that was hidden`,
        body: Post.Appeal,
        example: { text: "It names nobody, and I was there myself." },
        answer: Post.Mine,
        problems: { ...missing, 409: ["post.not_hidden", "post.appealed"] },
      }),
      limited("reports"),
      async (c) => c.json(await Post.appeal(c.var.userId, kind, c.req.param("id"), c.req.valid("json"), realNow())),
    )
    .get(
      `${path}/versions`,
      operation({ summary: `What a ${kind} of mine said before`, answer: Post.Versions, problems: missing }),
      async (c) => c.json(await Post.versions(c.var.userId, kind, c.req.param("id"))),
    );
}
