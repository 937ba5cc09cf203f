import { readdir } from "node:fs/promises";
import { clocks as local } from "@travel-conductor/local/clocks";
import { expect, test } from "vitest";
import { clocks as deployed } from "./callers.ts";

const folder = new URL("../../packages/functions/src/cron/", import.meta.url);
const handlers = (await readdir(folder)).map((file) => file.replace(/\.ts$/, "")).sort();

test("npm start calls every cron handler", () => {
  expect(local.map(({ name }) => name).sort()).toEqual(handlers);
});

test("npm start calls the handler that each clock names", async () => {
  for (const { name, load } of local) expect(await load(), name).toBe(await import(new URL(`${name}.ts`, folder).href));
});

test("the stacks call every cron handler", () => {
  expect(deployed.map(({ bundle }) => bundle).sort()).toEqual(handlers.map((name) => `cron/${name}`));
});
