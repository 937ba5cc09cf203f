import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTypescript, { astToString } from "openapi-typescript";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { document } from "./support/document.ts";

let folder: string;
let api: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "generated-"));
  api = astToString(await openapiTypescript(structuredClone(document) as never));
  await writeFile(join(folder, "api.ts"), api);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** A client of a few lines over the generated types, and what most programs do with it. */
const program = `
import type { components, paths } from "./api.ts";

type Method = "get" | "post" | "patch";
type Json<T> = T extends { content: { "application/json": infer J } } ? J : undefined;
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Sent<O> = O extends { requestBody: infer B } ? Json<B> : undefined;
type Asked<O> = O extends { parameters: { query?: infer Q } } ? Q : undefined;
type Answered<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 ? Json<R[S]> : never }[keyof R] : never;

declare function call<P extends keyof paths, M extends Method>(
  method: M,
  path: P,
  options: { query?: Asked<Operation<P, M>>; body?: Sent<Operation<P, M>> },
): Promise<Answered<Operation<P, M>>>;

export async function run(): Promise<string[]> {
  const found = await call("get", "/v1/flights", {
    query: { origin: ["STN"], destination: ["BGY"], departureDate: "2027-06-16", sort: "price", bags: 1 },
  });
  const [cheapest] = found.items;
  const stops: number[] = cheapest?.slices.map((slice) => slice.stops) ?? [];

  const signed = await call("post", "/v1/auth/login", { body: { email: "ada@example.com", password: "x" } });
  const token: string = "session" in signed ? (signed.session.token ?? "") : signed.ticket;

  const made = await call("post", "/v1/watches", {
    body: {
      origin: "STN",
      destination: ["BGY", "MXP"],
      departureDate: "2027-06-16",
      rules: { target: { amount: "20.00", currency: "GBP" }, drop: null },
    },
  });
  const changed: components["schemas"]["Watch"] = await call("patch", "/v1/watches/{id}", { body: { bags: null } });
  const state: "active" | "snoozed" | "paused" | "ended" = changed.state;

  const { items, nextCursor } = await call("get", "/v1/watches", { query: { state: ["active"], limit: 10 } });
  const prices = items.map(({ id, currentPrice }) => id + (currentPrice === null ? "" : currentPrice.amount));
  return [token, made.id, state, nextCursor ?? "", String(stops[0]), ...prices, ...(await refused())];
}

async function refused() {
  // @ts-expect-error: there is no such field
  await call("post", "/v1/watches", { body: { origin: "STN", destination: "BGY", departure: "2027-06-16" } });
  // @ts-expect-error: a number
  await call("get", "/v1/alerts", { query: { limit: "ten" } });
  const { items } = await call("get", "/v1/watches", {});
  // @ts-expect-error: a watch may have no price yet
  const amounts = items.map(({ currentPrice }) => currentPrice.amount);
  const signed = await call("post", "/v1/auth/login", { body: { email: "ada@example.com", password: "x" } });
  // @ts-expect-error: a code may be asked for first
  const token: string = signed.session.token;
  return [token, ...amounts];
}
`;

/** The faults that the compiler finds in the program, under strict and stricter. */
async function faultsOf(text: string): Promise<string[]> {
  const file = join(folder, "program.ts");
  await writeFile(file, text);
  const compiled = ts.createProgram([file], {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
  });
  return ts
    .getPreEmitDiagnostics(compiled)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("a client that is generated from the document compiles under strict: search, watch, list", async () => {
  expect(await faultsOf(program)).toEqual([]);
}, 60_000);

test("the types refuse what the API refuses", async () => {
  const expected = program.split("@ts-expect-error").length - 1;
  expect(expected).toBe(4);
  expect(await faultsOf(program.replaceAll("@ts-expect-error", ""))).toHaveLength(expected);
}, 60_000);

test("the types say what each field means", () => {
  expect(api).toContain("@description Only offers that include at least this number of checked bags");
});
