import { Validator } from "@seriousme/openapi-schema-validator";
import { hc } from "hono/client";
import { expect, test } from "vitest";
import { advice } from "../src/api/advice.ts";
import { app, type Routes } from "../src/api/index.ts";
import * as a from "./support/client.ts";
import { document, operations } from "./support/document.ts";

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("the address of the API leads to the documents", async () => {
  const answer = await a.call("GET", "/");
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "/docs"]);
  expect((await a.call("POST", "/", { body: {} })).status).toBe(405);
});

test("the page and everything it loads come from this origin, under a policy that admits nothing else", async () => {
  const page = await a.call("GET", "/docs");
  const html = await page.text();
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(html).not.toMatch(/https?:|<script>|\son\w+=/);
  const loaded = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(loaded).toHaveLength(3);
  for (const path of loaded) {
    const asset = await a.call("GET", path);
    expect([asset.status, asset.headers.get("x-content-type-options")]).toEqual([200, "nosniff"]);
    expect(asset.headers.get("content-type")).toMatch(/^text\/(css|javascript)/);
  }
  expect((await a.call("GET", "/docs/package.json")).status).toBe(404);
  expect((await a.call("GET", "/docs/..%2Fpackage.json")).status).toBe(404);
});

test("every code that the document names has a page, which its problem leads to", async () => {
  const codes = new Set(operations.flatMap(({ statuses, codes }) => statuses.flatMap(codes)));
  expect(codes.size).toBeGreaterThan(40);
  expect(Object.keys(advice)).toEqual(Object.keys(advice).toSorted());
  expect([...codes].filter((code) => !Object.hasOwn(advice, code))).toEqual([]);
  for (const code of Object.keys(advice)) {
    const page = await a.call("GET", `/docs/problems/${code}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`<h1>${code}</h1>`);
  }
  expect(await a.read(await a.call("GET", "/v1/nothing"), 404)).toMatchObject({ type: "/docs/problems/request.path" });
  expect(await (await a.call("GET", "/docs/problems")).text()).toContain('href="/docs/problems/watch.limit"');
  for (const code of ["nothing", "toString", "%3Cscript%3E"])
    expect(await a.read(await a.call("GET", `/docs/problems/${code}`), 404)).toMatchObject({ code: "request.path" });
});

test("a client in TypeScript knows the routes", async () => {
  const { token } = await a.user();
  const made = await a.watch(token);
  const client = hc<Routes>("http://localhost", {
    fetch: app.request,
    headers: { authorization: `Bearer ${token}` },
  });
  const list = await (await client.v1.watches.$get({ query: { limit: "1" } })).json();
  expect(list.items.map((watch) => watch.id)).toEqual([made.id]);
  const body = { email: "x", password: "x" };
  expect((await client.v1.auth.login.$post({ json: body })).status).toBe(401);
});
