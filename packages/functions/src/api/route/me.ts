import { Page } from "@travel-conductor/core/base/page";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Moved from "@travel-conductor/core/moved";
import * as Privacy from "@travel-conductor/core/privacy";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import * as Watch from "@travel-conductor/core/watch";
import { Hono } from "hono";
import * as v from "valibot";
import { clientOf } from "../caller.ts";
import { forget } from "../cookie.ts";
import { forgetPreferred } from "../currency.ts";
import { withIdempotency } from "../idempotent.ts";
import { limited } from "../limit.ts";
import { listed, operation } from "../operation.ts";
import { requireFactor, signedIn } from "../session.ts";

const Me = v.object({ user: User.Info });
const unending = { 503: ["session.unavailable"] };

export const me = new Hono()
  .use(signedIn)
  .get(
    "/",
    operation({ scope: "export", summary: "Who is signed in", answer: Me, problems: { 404: ["user.missing"] } }),
    async (c) => c.json({ user: await User.get(c.var.userId) }),
  )
  .get(
    "/usage",
    operation({
      scope: "read",
      summary: "How many provider calls I may cause today, and what my watches cost",
      answer: Watch.Usage,
    }),
    async (c) => c.json(await Watch.usage(c.var, productNow())),
  )
  .get(
    "/moved",
    operation({
      scope: "export",
      summary: "What moved here from the application before, and what it lost on the way",
      query: Moved.List,
      answer: Moved.Mine,
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Moved.mine(c.var.userId, c.req.valid("query"))),
  )
  .patch(
    "/",
    operation({
      summary: "Change my name or telephone number",
      body: User.Update,
      example: { firstName: "Ada", phone: "+442079460000" },
      answer: Me,
    }),
    async (c) => c.json({ user: await User.update(c.var.userId, c.req.valid("json")) }),
  )
  .patch(
    "/preferences",
    operation({
      summary: "Say what I like, and when I am not to be told anything",
      body: User.Preferences,
      example: { preferredAirlines: ["BA"], homeAirport: "LHR", quietHours: { from: "22:00", to: "07:00" } },
      answer: Me,
      problems: { 422: ["user.preference"] },
    }),
    async (c) => {
      const user = await User.updatePreferences(c.var.userId, c.req.valid("json"));
      forgetPreferred(c.var.sessionId);
      return c.json({ user });
    },
  )
  .post(
    "/password",
    operation({
      summary: "Change my password, and sign out everywhere else",
      body: User.PasswordChange,
      example: { current: "nine small green boats", next: "ten large blue boats" },
      status: 204,
      problems: { 401: ["user.credentials"], 422: ["user.password_common", "user.password_email"], ...unending },
    }),
    limited("login"),
    async (c) => {
      const { userId, sessionId } = c.var;
      await User.changePassword(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/email",
    operation({
      summary: "Ask for another e-mail address, to be confirmed by a link to each",
      body: User.EmailChange,
      example: { email: "ada.ling@example.com" },
      status: 202,
      problems: { 403: ["session.unproven"] },
    }),
    limited("reset"),
    async (c) => {
      const { userId, sessionId } = c.var;
      await User.requestEmail(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 202);
    },
  )
  .get(
    "/sessions",
    operation({
      summary: "Where I am signed in, last used first",
      query: Page,
      answer: listed(Session.Listed),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Session.list(c.var.userId, c.var.sessionId, c.req.valid("query"), realNow())),
  )
  .delete("/sessions", operation({ summary: "Sign out everywhere", status: 204, problems: unending }), async (c) => {
    await Session.endAll(c.var.userId, clientOf(c));
    forget(c);
    return c.body(null, 204);
  })
  .delete(
    "/sessions/:id{[0-9a-f]{64}}",
    operation({ summary: "Sign out there", status: 204, problems: { 404: ["session.missing"], ...unending } }),
    async (c) => {
      await Session.end(c.var.userId, c.req.param("id"), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/export",
    operation({
      scope: "export",
      summary: "Ask for all that is held on me; the link to it comes by e-mail",
      status: 202,
      answer: Privacy.ExportRequest,
      problems: { 403: ["session.unproven"], 409: ["export.ready"] },
    }),
    requireFactor,
    limited("reset"),
    withIdempotency("exp"),
    async (c) => {
      const { userId, sessionId, resourceId, key } = c.var;
      const from = { ...clientOf(c), keyId: key?.id };
      return c.json(await Privacy.requestExport(userId, sessionId, realNow(), from, resourceId), 202);
    },
  )
  .get(
    "/export/:id{exp_[0-9a-z]{26}}",
    operation({
      scope: "export",
      summary:
        "All that is held on me, by the link that was sent: JSON or a ZIP of CSV files; where that is long, in parts",
      files: "application/zip",
      query: Privacy.ExportLink,
      answer: Privacy.ExportPart,
      problems: { 404: ["export.missing"] },
    }),
    requireFactor,
    async (c) => {
      const { id } = c.req.param();
      const query = c.req.valid("query");
      const { content, part, parts } = await Privacy.getExport(c.var.userId, id, query, realNow());
      const [type, end] = query.format === "csv" ? ["application/zip", "csv.zip"] : ["application/json", "json"];
      const name = `${id}${parts > 1 ? `.${part}` : ""}.${end}`;
      const headers = { "content-type": type, "content-disposition": `attachment; filename="${name}"` };
      return c.body(content, 200, headers);
    },
  )
  .delete(
    "/",
    operation({
      summary: "Delete my account",
      query: Privacy.Removal,
      example: { posts: "keep" },
      status: 204,
      problems: { 403: ["session.unproven"], ...unending },
    }),
    async (c) => {
      await Privacy.removeAccount(c.var.userId, c.var.sessionId, realNow(), c.req.valid("query"));
      forget(c);
      return c.body(null, 204);
    },
  );
