import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Link from "@travel-conductor/core/link";
import { Hono } from "hono";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";

const example = { token: "QlbFp7h2dl4RnC1t0e5d0lsic25vb3plIiwidXNyXzAxIiwid2NoXzAxIiwxNzk4NzYxNjAwXQ" };
const missing = { 404: ["link.dead"] };

/** What links in messages do: without a session, by their signature. */
export const links = new Hono()
  .post(
    "/",
    operation({
      summary: "Do what a link in a message says",
      body: Link.Use,
      example,
      answer: Link.Info,
      problems: { ...missing, 429: ["watch.busy"] },
    }),
    limited("links"),
    async (c) => c.json(await Link.use(c.req.valid("json"), productNow(), realNow())),
  )
  .post(
    "/preview",
    operation({
      summary: "What a link in a message would do",
      body: Link.Use,
      example,
      answer: Link.Info,
      problems: missing,
    }),
    limited("links"),
    async (c) => c.json(await Link.preview(c.req.valid("json"), productNow(), realNow())),
  )
  .post(
    "/unsubscribe",
    operation({
      summary: "Switch alerts by e-mail off, as mail programs do",
      query: Link.Unsubscribe,
      example,
      answer: Link.Unsubscribed,
      problems: missing,
    }),
    limited("general"),
    async (c) => {
      await Link.unsubscribe(c.req.valid("query"), realNow());
      return c.json({ unsubscribed: true } as const);
    },
  );
