import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), "web-"));
await build({ root, logLevel: "error", build: { outDir, emptyOutDir: true } });
afterAll(() => rmSync(outDir, { recursive: true }));

const page = readFileSync(join(outDir, "index.html"), "utf8");
const named = (pattern: RegExp) => [...new Set([...page.matchAll(pattern)].map(([, path]) => path ?? ""))];
const zipped = (paths: string[]) =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(outDir, path))).length, 0) / 1000;

test("the first page loads at most 50 kB of script, 8 kB of style and one font of 21 kB", () => {
  const scripts = named(/(?:src|href)="(\/assets\/[^"]+\.js)"/g);
  const styles = named(/href="(\/assets\/[^"]+\.css)"/g);
  const fonts = named(/href="(\/assets\/[^"]+\.woff2)"/g);
  expect(scripts.length).toBeGreaterThan(0);
  // The home's style is in the one sheet: each further one would have to come before the page is seen.
  expect(styles).toHaveLength(1);
  expect(zipped(scripts)).toBeLessThanOrEqual(50);
  expect(zipped(styles)).toBeLessThanOrEqual(8);
  expect(fonts).toHaveLength(1);
  expect(zipped(fonts)).toBeLessThanOrEqual(21);
});

test("a page shows something before any script has come, and holds no style or script of its own", () => {
  const frame = readFileSync(join(outDir, "app.html"), "utf8");
  expect(page).toContain("<h1>");
  for (const each of [page, frame]) {
    expect(each).toContain("<main");
    expect(each).not.toMatch(/ style=|<style|<script(?![^>]* src=)/);
  }
});

test("what people land on is drawn by files that need none of the client's", () => {
  const names = readdirSync(join(outDir, "assets"));
  const needed = (name: string): string[] => {
    const code = readFileSync(join(outDir, "assets", name), "utf8");
    const own = [...code.matchAll(/(?:from|import)\s*[`"']\.\/([^`"']+\.js)[`"']/g)].map(([, path]) => path!);
    return [name, ...own.flatMap(needed)];
  };
  for (const view of ["found-", "watched-"]) {
    const files = needed(names.find((name) => name.startsWith(view) && name.endsWith(".js"))!);
    expect(files.some((name) => name.startsWith("app-"))).toBe(true);
    expect(files.filter((name) => name.startsWith("client-"))).toEqual([]);
  }
});
