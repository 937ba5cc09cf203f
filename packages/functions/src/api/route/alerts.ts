import * as Alert from "@travel-conductor/core/alert";
import { Page } from "@travel-conductor/core/base/page";
import { productNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { listed, operation } from "../operation.ts";
import { signedIn } from "../session.ts";

export const alerts = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({
      summary: "My alerts, newest first",
      query: Page,
      answer: listed(Alert.Info),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Alert.list(c.var.userId, c.req.valid("query"))),
  )
  .patch(
    "/:id{alr_[0-9a-z]{26}}",
    operation({
      summary: "Mark an alert read or unread",
      body: Alert.Update,
      example: { read: true },
      answer: Alert.Info,
      problems: { 404: ["alert.missing"] },
    }),
    async (c) => c.json(await Alert.update(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  );
