import { productNow } from "@travel-conductor/core/base/time";
import * as Destination from "@travel-conductor/core/destination";
import { Hono } from "hono";
import * as v from "valibot";
import { operation } from "../operation.ts";
import { signedIn } from "../session.ts";

const refused = { 403: ["operator.required"] };
const draft = {
  section: "getting_in",
  language: "en",
  title: "From the airport",
  source: "The **train** takes 25 minutes.",
  checkedOn: "2026-11-01",
};
const { section: _, language: __, ...content } = draft;
const id = "/:id{gdv_[0-9a-z]{26}}";

/** What operators write about a place; the verb's own statement checks who they are. */
export const guides = new Hono()
  .use(signedIn)
  .get(
    "/:code{[A-Z]{3}}/versions",
    operation({
      summary: "All versions of what was written about a place, newest first",
      answer: v.object({ items: v.array(Destination.Version) }),
      problems: { ...refused, 404: ["place.missing"] },
    }),
    async (c) => c.json(await Destination.versions(c.var.userId, c.req.param("code"))),
  )
  .post(
    "/:code{[A-Z]{3}}/versions",
    operation({
      summary: "Begin the draft of a section",
      body: Destination.Draft,
      example: draft,
      status: 201,
      answer: Destination.Version,
      problems: { ...refused, 404: ["place.missing"], 409: ["guide.draft"] },
    }),
    async (c) =>
      c.json(await Destination.write(c.var.userId, c.req.param("code"), c.req.valid("json"), productNow()), 201),
  )
  .post(
    "/:code{[A-Z]{3}}/preview",
    operation({
      summary: "What a text would look like",
      body: Destination.Preview,
      example: { source: draft.source },
      answer: Destination.Previewed,
    }),
    async (c) => c.json(await Destination.preview(c.req.valid("json"))),
  );

/** Versions of guides by their ids; the verb's own statement checks who asks. */
export const guideVersions = new Hono()
  .use(signedIn)
  .patch(
    id,
    operation({
      summary: "Change a draft",
      body: Destination.Change,
      example: { ...content, revision: 1 },
      answer: Destination.Version,
      problems: { ...refused, 404: ["guide.missing"], 409: ["guide.changed"] },
    }),
    async (c) => c.json(await Destination.change(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .delete(
    id,
    operation({
      summary: "Delete a draft",
      status: 204,
      problems: { ...refused, 404: ["guide.missing"] },
    }),
    async (c) => {
      await Destination.discard(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  )
  .post(
    `${id}/publish`,
    operation({
      summary: "Show a draft in place of what its section showed",
      body: Destination.Publish,
      example: { revision: 1 },
      answer: Destination.Version,
      problems: { ...refused, 404: ["guide.missing"], 409: ["guide.changed"] },
    }),
    async (c) => c.json(await Destination.publish(c.var.userId, c.req.param("id"), c.req.valid("json"), productNow())),
  )
  .post(
    `${id}/withdraw`,
    operation({
      summary: "Take away what a section shows",
      status: 204,
      problems: { ...refused, 404: ["guide.missing"] },
    }),
    async (c) => {
      await Destination.withdraw(c.var.userId, c.req.param("id"), productNow());
      return c.body(null, 204);
    },
  );
