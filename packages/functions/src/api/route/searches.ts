import * as Analytics from "@travel-conductor/core/analytics";
import { productNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { listed, operation } from "../operation.ts";
import type { SignedIn } from "../session.ts";

/** Below `/v1/me`, whose routes check the session: a second check would count each request twice. */
export const searches = new Hono<SignedIn>()
  .get(
    "/",
    operation({
      scope: "export",
      summary: "My searches, newest first, or those of a route",
      query: Analytics.List,
      example: { origin: "STN" },
      answer: listed(Analytics.Search),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Analytics.list(c.var.userId, c.req.valid("query"))),
  )
  .delete("/", operation({ summary: "Forget all my searches", status: 204 }), async (c) => {
    await Analytics.removeAll(c.var.userId, productNow());
    return c.body(null, 204);
  })
  .delete(
    "/:id{sch_[0-9a-z]{26}}",
    operation({ summary: "Forget a search", status: 204, problems: { 404: ["search.missing"] } }),
    async (c) => {
      await Analytics.remove(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  );
