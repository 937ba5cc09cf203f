import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

test(".env.example names every variable that the product reads", async () => {
  const example = await read(".env.example");
  const schema = await read("packages/core/src/base/env.ts");
  const names = [...schema.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name as string);
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !new RegExp(`^#?${name}=`, "m").test(example))).toEqual([]);
});
