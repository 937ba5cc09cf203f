import { realNow } from "@travel-conductor/core/base/time";
import * as Moderation from "@travel-conductor/core/moderation";
import { Hono } from "hono";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";

/** For operators only; the verb's own statement checks that. */
export const moderation = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({
      summary: "Tips and reviews that wait, were reported, or whose writers ask for a second decision",
      query: Moderation.Query,
      example: { state: "reported" },
      answer: listed(Moderation.Queued),
      problems: { 403: ["operator.required"], 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Moderation.queue(c.var.userId, c.req.valid("query"))),
  )
  .post(
    "/:id{pst_[0-9a-z]{26}}/decisions",
    operation({
      summary: "Publish or hide a tip or a review",
      body: Moderation.Decide,
      example: { decision: "hide", reason: "It is about another place." },
      answer: Moderation.Decided,
      problems: { 403: ["operator.required"], 404: ["post.missing"], 409: ["post.other_operator"] },
    }),
    async (c) => c.json(await Moderation.decide(c.var.userId, c.req.param("id"), c.req.valid("json"), realNow())),
  );
