import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { luaFiles, syntaxError } from "../src/lua.ts";

test("accepts each Lua file of core, and refuses it with one `end` too few", async () => {
  const paths = await luaFiles(fileURLToPath(new URL("../../core/src", import.meta.url)));
  expect(paths.map((path) => path.split("/").at(-1))).toEqual(["gate.lua"]);
  for (const path of paths) {
    const text = await readFile(path, "utf8");
    expect(syntaxError(text)).toBeUndefined();
    expect(syntaxError(text.replace(/\n *end\n/, "\n"))).toMatch(/^\[\d+:\d+\] /);
  }
});

test("refuses what only a later Lua than that of Redis accepts", () => {
  expect(syntaxError("local a = 1\ngoto done")).toMatch(/^\[2:/);
  expect(syntaxError("local a <const> = 1")).toMatch(/^\[1:/);
});
