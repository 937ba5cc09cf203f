import { realNow } from "@travel-conductor/core/base/time";
import * as Traveler from "@travel-conductor/core/traveler";
import { Hono } from "hono";
import * as v from "valibot";
import { withIdempotency } from "../idempotent.ts";
import { listed, operation } from "../operation.ts";
import { requireFactor, signedIn } from "../session.ts";

const path = "/:id{tvl_[0-9a-z]{26}}" as const;
const documentPath = `${path}/documents/:document{doc_[0-9a-z]{26}}` as const;
const missing = { 404: ["traveler.missing"] };

/** The lines at the foot of a specimen of the passport that Germany shows. */
const mrz = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4";

/** No key opens these routes: none states a scope. */
export const travelers = new Hono()
  .use(signedIn, requireFactor)
  .get(
    "/",
    operation({
      summary: "The persons I book for, with their documents, oldest first",
      query: Traveler.ListQuery,
      example: { journeyEnds: "2027-06-30" },
      answer: listed(Traveler.Info, { unreadable: v.array(v.string()) }),
      problems: { 422: ["page.cursor"] },
    }),
    async (c) => c.json(await Traveler.list(c.var.userId, c.req.valid("query"), realNow())),
  )
  .post(
    "/",
    operation({
      summary: "Add a person I book for",
      body: Traveler.Create,
      example: {
        givenName: "Erika",
        familyName: "Mustermann",
        bornOn: "1964-08-12",
        gender: "f",
        title: "ms",
        email: "erika@example.com",
        phone: "+442079460000",
        loyalty: [{ airline: "BA", number: "12345678" }],
      },
      status: 201,
      answer: Traveler.Info,
      problems: { 409: ["traveler.limit"] },
    }),
    withIdempotency("tvl", { sealed: true }),
    async (c) => {
      const { userId, resourceId } = c.var;
      return c.json(await Traveler.create(userId, c.req.valid("json"), realNow(), resourceId), 201);
    },
  )
  .post(
    "/read",
    operation({
      summary: "What the lines at the foot of a document say; nothing is stored",
      body: Traveler.ReadZone,
      example: { mrz },
      answer: Traveler.Zoned,
    }),
    async (c) => c.json(await Traveler.read(c.req.valid("json"), realNow())),
  )
  .get(
    path,
    operation({
      summary: "One of the persons I book for",
      query: Traveler.Query,
      answer: Traveler.Info,
      problems: { ...missing, 409: ["traveler.unreadable"] },
    }),
    async (c) => c.json(await Traveler.get(c.var.userId, c.req.param("id"), c.req.valid("query"), realNow())),
  )
  .patch(
    path,
    operation({
      summary: "Change a person I book for",
      body: Traveler.Update,
      example: { email: "erika.mustermann@example.com", loyalty: [{ airline: "BA" }] },
      answer: Traveler.Info,
      problems: { ...missing, 409: ["traveler.busy", "traveler.unreadable"] },
    }),
    async (c) => c.json(await Traveler.update(c.var.userId, c.req.param("id"), c.req.valid("json"), realNow())),
  )
  .delete(
    path,
    operation({ summary: "Remove a person I book for, with the documents", status: 204, problems: missing }),
    async (c) => {
      await Traveler.remove(c.var.userId, c.req.param("id"));
      return c.body(null, 204);
    },
  )
  .post(
    `${path}/documents`,
    operation({
      summary: "Add a passport, an identity card, a visa or a tax id",
      body: Traveler.AddDocument,
      example: { type: "passport", number: "C01X00T47", country: "DE", expiresOn: "2031-02-28" },
      status: 201,
      answer: Traveler.DocumentInfo,
      problems: { ...missing, 409: ["document.limit", "traveler.unreadable"] },
    }),
    withIdempotency("doc", { sealed: true }),
    async (c) => {
      const { userId, resourceId } = c.var;
      const id = c.req.param("id");
      return c.json(await Traveler.addDocument(userId, id, c.req.valid("json"), realNow(), resourceId), 201);
    },
  )
  .delete(
    documentPath,
    operation({ summary: "Remove a document", status: 204, problems: { 404: ["document.missing"] } }),
    async (c) => {
      await Traveler.removeDocument(c.var.userId, c.req.param("id"), c.req.param("document"));
      return c.body(null, 204);
    },
  );
