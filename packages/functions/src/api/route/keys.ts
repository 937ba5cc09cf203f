import { Page } from "@travel-conductor/core/base/page";
import { realNow } from "@travel-conductor/core/base/time";
import * as Key from "@travel-conductor/core/key";
import { Hono } from "hono";
import { clientOf } from "../caller.ts";
import { limited } from "../limit.ts";
import { listed, operation } from "../operation.ts";
import type { SignedIn } from "../session.ts";

const keyPath = "/:id{key_[0-9a-z]{26}}";
const missing = { 404: ["key.missing"] };

/** Below `/v1/me`, whose routes check the session. No key opens these routes: none states a scope. */
export const keys = new Hono<SignedIn>()
  .get(
    "/",
    operation({
      summary: "My keys for programs, newest first",
      query: Page,
      answer: listed(Key.Info),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Key.list(c.var.userId, c.req.valid("query"), realNow())),
  )
  .post(
    "/",
    operation({
      summary: "Make a key for a program, which is shown this once",
      body: Key.Create,
      example: { name: "My price sheet", scopes: ["read"], expiresInDays: 90 },
      status: 201,
      answer: Key.Made,
      problems: { 403: ["session.unproven", "user.unproven"], 409: ["key.limit"] },
    }),
    limited("keys"),
    async (c) => {
      const { userId, sessionId } = c.var;
      const made = await Key.create(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      c.header("location", `${c.req.path}/${made.id}`);
      return c.json(made, 201);
    },
  )
  .get(keyPath, operation({ summary: "One of my keys", answer: Key.Info, problems: missing }), async (c) =>
    c.json(await Key.get(c.var.userId, c.req.param("id"), realNow())),
  )
  .patch(
    keyPath,
    operation({
      summary: "Rename a key",
      body: Key.Update,
      example: { name: "The sheet at home" },
      answer: Key.Info,
      problems: missing,
    }),
    async (c) => c.json(await Key.update(c.var.userId, c.req.param("id"), c.req.valid("json"), realNow())),
  )
  .delete(keyPath, operation({ summary: "Revoke a key, at once", status: 204, problems: missing }), async (c) => {
    const { userId, sessionId } = c.var;
    await Key.revoke(userId, c.req.param("id"), { ...clientOf(c), sessionId });
    return c.body(null, 204);
  });
