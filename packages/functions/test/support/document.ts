import * as v from "valibot";
import { expect } from "vitest";
import { app } from "../../src/api/index.ts";
import { operationOf } from "../../src/api/operation.ts";
import { Info as Problem } from "../../src/api/problem.ts";

/** The part of JSON Schema that the document uses. */
export type Schema = {
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
};
type Coded = { properties: { code: { enum: string[] } } };
type Documented = {
  operationId: string;
  parameters: { name: string; in: string; schema: Schema; example?: unknown }[];
  requestBody?: { content: { "application/json": { schema: Schema; example?: object } } };
  responses: Record<string, { content?: { "application/problem+json"?: { schema: { allOf: [Schema, Coded] } } } }>;
  security?: Record<string, string[]>[];
};

const { EDGE_SECRET } = process.env;
const headers: Record<string, string> = EDGE_SECRET ? { "x-origin-secret": EDGE_SECRET } : {};
/** The OpenAPI document, as it is served, also where the API takes only what came through the distribution. */
export const document = (await (await app.request("/openapi.json", { headers })).json()) as {
  paths: Record<string, Record<string, Documented>>;
};

/** Every route for clients in the app, without the pages of the document itself. */
export const routes = app.routes
  .filter(
    ({ method, path }) =>
      method !== "ALL" && !/^\/($|openapi\.json|docs|places\/|sitemap|robots|\.well-known\/)/.test(path),
  )
  .map(({ method, path, handler }) => ({
    key: `${method} ${path.replace(/:(\w+)\{.*?\}(?=\/|$)/g, "{$1}")}`,
    operation: operationOf(handler),
  }));

/** Every operation of the document, with its route's answer schema. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([name, { responses, parameters, requestBody, operationId, security }]) => {
    const method = name.toUpperCase();
    const key = `${method} ${path}`;
    return {
      key,
      method,
      path,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
      operationId,
      /** It needs a session, or a key; where both are optional, an empty entry says so. */
      signed: (security ?? []).length > 0 && !security?.some((one) => Object.keys(one).length === 0),
      /** It takes a session or a key. */
      known: (security ?? []).length > 0,
      /** What a key must be allowed to do for it. */
      scope: security?.flatMap(({ key = [] }) => key)[0],
      query: parameters.filter((parameter) => parameter.in === "query"),
      body: requestBody?.content["application/json"].schema,
      example: requestBody?.content["application/json"].example ?? {},
      statuses: Object.keys(responses)
        .filter((status) => status !== "default")
        .map(Number),
      codes: (status: number) =>
        responses[status]?.content?.["application/problem+json"]?.schema.allOf[1].properties.code.enum ?? [],
      answer: routes.find((route) => route.key === key && route.operation)?.operation?.answer,
      files: [routes.find((route) => route.key === key && route.operation)?.operation?.files ?? []].flat(),
    };
  }),
);

/** Expects of a problem that the document lists its code for the operation, which every client relies on. */
export async function requireListed(method: string, url: string, response: Response): Promise<void> {
  if (response.headers.get("content-type") !== "application/problem+json") return;
  const path = url.split("?")[0] ?? "";
  const operation = operations.find((one) => one.method === method && one.pattern.test(path));
  if (operation === undefined) return;
  const { status, code } = JSON.parse(await response.clone().text());
  // The document lists no code for 500: no client can do anything about one.
  if (status === 500) return;
  // These can come before the path is looked at.
  expect(["request.path", "request.edge", ...operation.codes(status)], `${operation.key} answers ${status}`).toContain(
    code,
  );
}

/** Expects an answer as its operation promises: of the route's schema, or a problem with one of its codes. */
export async function answered(
  response: Response,
  { answer, files, codes }: Pick<(typeof operations)[number], "answer" | "files" | "codes">,
) {
  const text = await response.text();
  if (response.status < 400) {
    if (answer) expect(v.safeParse(answer, JSON.parse(text)).issues, text).toBeUndefined();
    else if (files.length > 0) expect(files).toContain(response.headers.get("content-type")?.split(";")[0]);
    else expect(text).toBe("");
    return;
  }
  const problem = v.parse(v.strictObject(Problem.entries), JSON.parse(text));
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get("x-request-id"));
  expect(["request.path", ...codes(problem.status)], text).toContain(problem.code);
  if ([400, 422].includes(problem.status)) expect(problem.errors, text).not.toEqual([]);
  for (const { detail } of problem.errors) expect(detail, text).not.toMatch(/Invalid|Expected|received/);
  if ([429, 503].includes(problem.status)) expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
}
