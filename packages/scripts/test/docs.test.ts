import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { anchorsOf, faultsOf, longLines } from "../src/pages.ts";

const home = new URL("../../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, home), "utf8");

/** The tree's files by path from the root, without what is installed or generated. */
async function filesIn(folder = ""): Promise<string[]> {
  const entries = await readdir(new URL(folder || ".", home), { withFileTypes: true });
  const found = entries.map((entry) => {
    const path = `${folder}${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return /^(node_modules|\.git|\.data|\.sst|\.build)$/.test(entry.name) ? [] : filesIn(`${path}/`);
  });
  return (await Promise.all(found)).flat();
}

const files = await filesIn();
const paths = ["README.md", ...files.filter((file) => /^packages\/docs\/.+\.md$/.test(file))];
const pages = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
const scripts = Object.keys(JSON.parse(await read("package.json")).scripts);

test.each(paths)("%s names only links, files and commands that exist", (path) => {
  expect(faultsOf(path, { files, scripts, pages })).toEqual([]);
});

test.each(paths)("%s is wrapped at 120 columns", (path) => {
  expect(longLines(pages[path] ?? "")).toEqual([]);
});

test("the README links every page", () => {
  for (const path of paths.slice(1)) expect(pages["README.md"]).toContain(`](${path})`);
});

const repository = {
  files: ["README.md", "packages/docs/a.md", "packages/core/src/fare/claim.ts", "packages/core/test/fare.test.ts"],
  scripts: ["verify"],
};
const faults = (text: string) =>
  faultsOf("packages/docs/a.md", { ...repository, pages: { "packages/docs/a.md": text } });

test.each([
  ["[up](../../README.md)", []],
  ["[here](#one-two)\n\n# One, two", []],
  ["[away](https://example.com/x)", []],
  ["[gone](b.md)", ["the link b.md leads nowhere"]],
  ["[lost](a.md#three)\n\n# One", ["the link a.md#three leads to no heading"]],
])("links: %j", (text, expected) => {
  expect(faults(text)).toEqual(expected);
});

test.each([
  ["`packages/core/src/fare/claim.ts`", []],
  ["`core/src/fare/claim.ts` `fare/claim.ts` `claim.ts` `core/test/*.test.ts` `packages/core/`", []],
  ["`packages/core/src/<domain>.ts` `/v1/watches` `text/plain` `Watch.create` `a.b` `@upstash/redis`", []],
  ["`fare/claimed.ts`", ["fare/claimed.ts is not there"]],
  ["`claimed.ts`", ["claimed.ts is not there"]],
  ["`core/test/*.spec.ts`", ["core/test/*.spec.ts is not there"]],
  ["```sh\nnpm test -- packages/core/test/watch.test.ts\n```", ["packages/core/test/watch.test.ts is not there"]],
])("paths: %j", (text, expected) => {
  expect(faults(text)).toEqual(expected);
});

test("commands: only scripts of package.json", () => {
  expect(faults("`npm run verify` and `npm run -s verify` and `npm start`")).toEqual([]);
  expect(faults("```sh\nnpm run verfy\n```")).toEqual(["npm run verfy is not in package.json"]);
});

test("headings have the anchors that GitHub gives them", () => {
  expect(anchorsOf("# What is `asked`, and how?\n## Same\n## Same\n```\n# no heading\n```")).toEqual([
    "what-is-asked-and-how",
    "same",
    "same-1",
  ]);
});

test("prose is wrapped, and tables, code and headings need not be", () => {
  const long = "x".repeat(121);
  expect(longLines(`${long}\n\n| ${long} |\n\n# ${long}\n\n\`\`\`\n${long}\n\`\`\``)).toEqual([long]);
});
