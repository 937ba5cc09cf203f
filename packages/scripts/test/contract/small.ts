import type { Document } from "../../src/contract.ts";

/** A small API: watches that are made, listed by state and read; two components, one inside the other. */
const base = () => ({
  paths: {
    "/v1/watches": {
      get: {
        parameters: [
          { name: "state", in: "query", required: false, explode: false, schema: { enum: ["active", "ended"] } },
          { name: "limit", in: "query", required: false, schema: { type: "integer", minimum: 1, maximum: 100 } },
        ],
        responses: {
          200: {
            description: "OK",
            headers: { RateLimit: { schema: { type: "string" } } },
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { items: { type: "array", items: { $ref: "#/components/schemas/Watch" } } },
                  required: ["items"],
                },
              },
            },
          },
          404: {
            content: {
              "application/problem+json": {
                schema: {
                  allOf: [
                    { $ref: "#/components/schemas/Problem" },
                    { properties: { code: { enum: ["watch.missing", "watch.series"] } } },
                  ],
                },
              },
            },
          },
        },
      },
      post: {
        security: [{ bearer: [] }, { cookie: [] }],
        parameters: [{ $ref: "#/components/parameters/Key" }],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: {
                  origin: { type: "string", pattern: "^[A-Z]{3}$", maxLength: 3, description: "a place" },
                  cabin: { enum: ["economy", "business"] },
                  bags: { anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }] },
                  target: { anyOf: [{ type: "string" }, { $ref: "#/components/schemas/Money" }] },
                  flights: { type: "array", items: { type: "string" }, maxItems: 9 },
                },
                required: ["origin"],
                additionalProperties: false,
              },
            },
          },
        },
        responses: { 201: { content: { "application/json": { schema: { $ref: "#/components/schemas/Watch" } } } } },
      },
    },
    "/v1/watches/{id}": {
      get: {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", pattern: "^wch_" } }],
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Watch" } } } } },
      },
    },
  },
  components: {
    parameters: { Key: { name: "Idempotency-Key", in: "header", schema: { type: "string" } } },
    schemas: {
      Money: {
        type: "object",
        properties: { amount: { type: "string" }, currency: { type: "string" } },
        required: ["amount", "currency"],
      },
      Problem: { type: "object", properties: { code: { type: "string" }, title: { type: "string" } } },
      Watch: {
        type: "object",
        description: "a watch",
        properties: {
          id: { type: "string" },
          state: { enum: ["active", "ended"] },
          price: { anyOf: [{ $ref: "#/components/schemas/Money" }, { type: "null" }] },
          fares: { type: "integer" },
        },
        required: ["id", "state", "price", "fares"],
      },
    },
  },
});

// A document that the changes below reach into at will.
// biome-ignore lint/suspicious/noExplicitAny: its type would have to allow every wrong document
type Loose = any;
export type Change = (document: Loose) => void;

/** The document of the small API, after a change. */
export function changed(change: Change): Document {
  const document: Loose = base();
  change(document);
  return document;
}

export const list = (d: Loose): Loose => d.paths["/v1/watches"].get;
export const make = (d: Loose): Loose => d.paths["/v1/watches"].post;
export const body = (d: Loose): Loose => make(d).requestBody.content["application/json"].schema;
export const watch = (d: Loose): Loose => d.components.schemas.Watch;
