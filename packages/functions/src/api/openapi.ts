import * as Airline from "@travel-conductor/core/airline";
import * as Airport from "@travel-conductor/core/airport";
import * as Alert from "@travel-conductor/core/alert";
import * as Money from "@travel-conductor/core/base/money";
import * as Destination from "@travel-conductor/core/destination";
import * as Flight from "@travel-conductor/core/flight";
import * as Forecast from "@travel-conductor/core/forecast";
import * as Moderation from "@travel-conductor/core/moderation";
import * as Post from "@travel-conductor/core/post";
import * as Traveler from "@travel-conductor/core/traveler";
import * as User from "@travel-conductor/core/user";
import * as Watch from "@travel-conductor/core/watch";
import { toJsonSchema } from "@valibot/to-json-schema";
import type { RouterRoute } from "hono/types";
import * as v from "valibot";
import { sessionCookie } from "./cookie.ts";
import { isIdempotent } from "./idempotent.ts";
import { NamedAlert, NamedWatch } from "./names.ts";
import { meaningOf } from "./openapi/field.ts";
import { introduction, tags } from "./openapi/introduction.ts";
import { operations } from "./openapi/operations.ts";
import { type Schema, withMeanings } from "./openapi/schema.ts";
import { operationOf, type Problems } from "./operation.ts";
import { Info as Problem, type Status, titles } from "./problem.ts";
import { requireFactor, signedIn } from "./session.ts";

/** Schemas with a name of their own; every other schema is written where it is used. */
const named = {
  Airline: Airline.Info,
  Airport: Airport.Info,
  Alert: Alert.Info,
  Compared: Watch.Compared,
  Flights: Flight.Result,
  Guide: Destination.Guide,
  GuideVersion: Destination.Version,
  Forecast: Forecast.Result,
  KeptOffer: Flight.KeptInfo,
  Money: Money.Info,
  NamedAlert,
  NamedWatch,
  Offer: Flight.Info,
  Place: Airport.Place,
  Post: Post.Mine,
  Problem,
  QueuedPost: Moderation.Queued,
  Review: Post.ReviewInfo,
  Rules: Watch.Rules,
  Tip: Post.TipInfo,
  Traveler: Traveler.Info,
  TravelDocument: Traveler.DocumentInfo,
  User: User.Info,
  Watch: Watch.Info,
};

/** Builds the OpenAPI 3.1 document from the operations of the routes. */
export function document(routes: RouterRoute[]) {
  const isBehind = (guard: unknown, method: string, path: string) =>
    routes.some(
      (route) =>
        route.handler === guard &&
        (route.method === "ALL" ? isBelow(path, route.path) : route.method === method && route.path === path),
    );
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, handler } of routes) {
    const operation = operationOf(handler);
    if (!operation) continue;
    const address = path.replaceAll(/:(\w+)(\{[^/]*\})?/g, "{$1}");
    const session = operation.session ?? (isBehind(signedIn, method, path) ? true : undefined);
    const factor = isBehind(requireFactor, method, path);
    const keyed = routes.some((route) => route.path === path && route.method === method && isIdempotent(route.handler));
    const place = { key: `${method} ${address}`, method, path, session, factor, keyed };
    paths[address] = { ...paths[address], [method.toLowerCase()]: describeOperation(operation, place) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Travel Conductor",
      version: "1.0.0",
      description: introduction,
      license: { name: "All rights reserved", identifier: "LicenseRef-All-rights-reserved" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      parameters,
      headers,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "The session's token." },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: sessionCookie,
          description: "The same; to change anything, from a known Origin.",
        },
        key: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "tck_…",
          description:
            "A key for programs, made at /v1/me/keys. Each operation names the scope that the key must have: read (flights, watches, alerts), watch (change watches and alerts), export (the profile, searches, exports). An operation without this scheme takes no key.",
        },
      },
    },
  };
}

/** Whether the guard of a router, at `/v1/name/*`, stands before a path. */
function isBelow(path: string, router: string): boolean {
  const prefix = router.replace(/\/\*$/, "");
  return path === prefix || path.startsWith(`${prefix}/`);
}

type RouteOperation = NonNullable<ReturnType<typeof operationOf>>;
type Place = {
  key: string;
  method: string;
  path: string;
  session: true | "optional" | undefined;
  factor: boolean;
  keyed: boolean;
};

function describeOperation(operation: RouteOperation, place: Place) {
  const { summary, query, body, example, status = 200, answer, files } = operation;
  const { key, method, path, keyed } = place;
  const words = path.replaceAll(/\{.*?\}(?=\/|$)/g, "").matchAll(/\w+/g);
  return {
    operationId: [method.toLowerCase(), ...words].join("_"),
    tags: [path.split("/").at(path.startsWith("/v1/") ? 2 : 1)],
    summary,
    description: operations[key],
    security: securityOf(operation, place),
    parameters: [
      ...[...path.matchAll(/:(\w+)\{([^/]*)\}/g)].map(([, name, pattern]) => ({
        name,
        in: "path",
        required: true,
        ...meaningOf(`${key.split(`/{${name}}`)[0]}.path.${name}`),
        schema: { type: "string", pattern: `^${pattern}$` },
        ...(query && name && name in { ...example } ? { example: example?.[name] } : {}),
      })),
      ...(query ? queryParameters(query, key, example) : []),
      ...(keyed ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
      { $ref: "#/components/parameters/RequestId" },
    ],
    ...(body ? { requestBody: { required: true, content: json(body, "input", `${key}.body`, example) } } : {}),
    responses: {
      [status]: {
        description: successTitles[status],
        headers: referTo([...(status === 201 ? ["Location"] : []), ...limits]),
        ...(answer || files
          ? {
              content: {
                ...(answer ? json(answer, "output", `${key}.answer`) : {}),
                ...Object.fromEntries(
                  [files ?? []].flat().map((type) => [type, { schema: { format: "binary", type: "string" } }]),
                ),
              },
            }
          : {}),
      },
      ...problems(operation, place),
      default: problem(500, ["service.unexpected"]),
    },
  };
}

/** With a scope a key will do; where the session is optional, nothing as well. Empty for what is open. */
function securityOf({ scope }: RouteOperation, { session }: Place) {
  if (session === undefined) return [];
  const open = session === "optional" ? [{}] : [];
  return [...open, { bearer: [] }, { cookie: [] }, ...(scope ? [{ key: [scope] }] : [])];
}

const successTitles = { 200: "OK", 201: "Created", 202: "Accepted", 204: "Done" };

/** The problems that a route can answer, from its kind and from its own list; by status, with their codes. */
function problems({ body, problems = {} }: RouteOperation, { method, session, factor, keyed }: Place) {
  const causes: [boolean, Problems][] = [
    [true, { 422: ["request.invalid"], 429: ["limit.reached"] }],
    [body !== undefined, { 400: ["request.unreadable"], 415: ["request.media"] }],
    [session === true, { 401: ["session.missing"], 503: ["service.unavailable", "service.outdated"] }],
    [session !== undefined, { 401: ["key.invalid"], 403: ["key.scope"] }],
    [factor, { 403: ["factor.required"] }],
    [
      method !== "GET",
      { 403: ["request.origin"], 413: ["request.size"], 503: ["service.unavailable", "service.outdated"] },
    ],
    [keyed, { 409: ["idempotency.running"], 422: ["idempotency.key", "idempotency.mismatch"] }],
    [true, problems],
  ];
  const codes = causes.flatMap(([holds, found]) => (holds ? Object.entries(found) : []));
  const statuses = [...new Set(codes.map(([status]) => Number(status) as Status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problem(status, [...new Set(codes.flatMap(([other, names]) => (Number(other) === status ? names : [])))]),
    ]),
  );
}

function problem(status: Status, codes: string[]) {
  return {
    description: `${titles[status]}: ${codes.join(", ")}`,
    ...(statusHeaders[status] ? { headers: referTo(statusHeaders[status]) } : {}),
    content: {
      "application/problem+json": {
        schema: { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

const limits = ["RateLimit", "RateLimit-Policy"];
const statusHeaders: Partial<Record<Status, string[]>> = {
  401: ["WWW-Authenticate"],
  429: ["Retry-After", ...limits],
  503: ["Retry-After"],
};

const headers = Object.fromEntries(
  ["Location", "WWW-Authenticate", "Retry-After", ...limits].map((name) => [
    name,
    { ...meaningOf(`header.${name}`), schema: { type: "string" } },
  ]),
);

const referTo = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const header = (name: string, pattern: string) => ({
  name,
  in: "header",
  ...meaningOf(`header.${name}`),
  schema: { type: "string", pattern },
});
const parameters = {
  IdempotencyKey: header("Idempotency-Key", "^[ -~]{1,255}$"),
  RequestId: header("X-Request-Id", "^[\\w=-]{1,64}$"),
};

/** Query parameters; a list is written as `4,9`. */
function queryParameters(query: v.GenericSchema, key: string, example: Record<string, unknown> = {}) {
  const { properties = {}, required = [] } = schemaOf(query, "input");
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    explode: false,
    ...meaningOf(`${key}.query.${name}`, schema),
    schema,
    ...(name in example ? { example: example[name] } : {}),
  }));
}

function json(schema: v.GenericSchema, typeMode: "input" | "output", path: string, example?: Record<string, unknown>) {
  const described = withMeanings(schemaOf(schema, typeMode), path);
  return { "application/json": { schema: described, ...(example ? { example } : {}) } };
}

const conversion = {
  target: "draft-2020-12",
  errorMode: "ignore",
  definitions: named,
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
} as const;

function componentSchemas() {
  const schemas = toJsonSchema(v.object(named), conversion).$defs ?? {};
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      { ...withMeanings(schema as Schema, name), ...meaningOf(name) },
    ]),
  );
}

function schemaOf(schema: v.GenericSchema, typeMode: "input" | "output") {
  const { $schema, $defs, ...own } = toJsonSchema(schema, { ...conversion, typeMode });
  return own as Schema;
}
