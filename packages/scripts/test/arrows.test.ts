import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import extract from "dependency-cruiser/config-utl/extract-depcruise-config";
import { afterEach, beforeEach, expect, test } from "vitest";
import { check, filesOf } from "../src/arrows.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "arrows-"));
});
afterEach(() => rm(root, { recursive: true }));

const core = (file: string) => `packages/core/src/${file}`;

const scripts = (file: string) => `packages/scripts/${file}`;
const unshared = "what verifies an import shares nothing with the importer";

test.each([
  [core("fare.ts"), core("watch.ts"), "a domain imports only base and the layers below it"],
  [core("user.ts"), core("flight.ts"), "a domain imports only base and the layers below it"],
  [core("flight.ts"), core("watch.ts"), "a domain imports only base and the layers below it"],
  [core("session.ts"), core("user.ts"), "a domain imports only base and the layers below it"],
  [core("base/db.ts"), core("user.ts"), "base imports only base"],
  [core("watch.ts"), core("flight/criteria.ts"), "a domain's folder is imported only by the domain's file"],
  [core("alert.ts"), core("util.ts"), "every file of core belongs to base or to a domain of domains.json"],
  [
    "packages/functions/src/api/flight.ts",
    core("flight/criteria.ts"),
    "other packages import only core's domain files and base",
  ],
  [core("user.ts"), "packages/functions/src/api/index.ts", "core imports no other package"],
  ["packages/functions/src/api/index.ts", "packages/scripts/src/seed.ts", "functions import only core"],
  ["packages/scripts/src/seed.ts", "packages/functions/src/api/index.ts", "scripts import only core"],
  ["packages/scripts/src/seed.ts", "packages/local/src/postgres.ts", "only bench and tests import local"],
  [scripts("src/verifying/wish.ts"), scripts("src/moving/wish.ts"), unshared],
  [scripts("src/verifying/old.ts"), "@photostructure/sqlite", unshared],
  [scripts("src/verify-import.ts"), scripts("src/import-sqlite.ts"), unshared],
  [scripts("test/verifying/verify.test.ts"), scripts("src/moving/run.ts"), unshared],
  ["stacks/api.ts", core("base/env.ts"), "stacks import nothing from packages but the paths of the site"],
  ["packages/web/src/app.ts", "packages/functions/src/api/index.ts", "web imports only types, and the plots"],
  [core("user.ts"), "packages/core/test/support/factory.ts", "only tests import tests"],
  [core("user.ts"), "hono", "hono only in functions, local and bench"],
  ["packages/functions/src/api/index.ts", "sst/constructs", "sst and cdk only in stacks and bench"],
  ["packages/functions/src/api/index.ts", "aws-cdk-lib/aws-lambda", "sst and cdk only in stacks and bench"],
  [core("user.ts"), "@neondatabase/serverless", "neon only in db.ts"],
  [core("user.ts"), "@upstash/redis", "upstash only in cache.ts"],
  [core("user.ts"), "lucia", "lucia only in the session domain"],
  [core("base/log.ts"), "@aws-sdk/client-ssm", "core and functions use no AWS SDK"],
])("%s may not import %s", async (from, to, rule) => {
  await tree({ [from]: [to] });
  expect((await check(root)).faults).toContain(`${from} → ${to}: ${rule}`);
});

test("reports a circular import", async () => {
  const [a, b] = [core("watch.ts"), core("watch/band.ts")];
  await tree({ [a]: [b], [b]: [a] });
  expect((await check(root)).faults).toContain(`${a} → ${b}: no circular imports`);
});

test("accepts the imports that the rules allow, and counts them", async () => {
  await tree({
    "sst.config.ts": ["stacks/api.ts"],
    "stacks/api.ts": ["sst/constructs"],
    "packages/functions/src/api/index.ts": ["hono", core("watch.ts"), core("session.ts")],
    "packages/local/src/start.ts": ["packages/functions/src/api/index.ts", "packages/scripts/src/seed.ts"],
    "packages/scripts/src/seed.ts": [core("airport.ts")],
    "packages/scripts/test/seed.test.ts": ["packages/local/src/start.ts"],
    [core("session.ts")]: ["lucia", core("session/adapter.ts")],
    [core("user.ts")]: [core("session.ts")],
    [core("watch.ts")]: [core("watch/decide.ts"), core("fare.ts"), core("user.ts"), core("base/money.ts")],
    [core("watch/decide.ts")]: [core("base/money.ts")],
    [core("base/db.ts")]: ["@neondatabase/serverless", core("base/env.ts")],
  });
  expect(await check(root)).toEqual({ modules: 16, arrows: 19, faults: [] });
});

test("reports a run that read no import", async () => {
  await tree({ [core("base/env.ts")]: [] });
  expect((await check(root)).faults).toEqual(["no import was read"]);
});

test("every path and every package in a rule exists", async () => {
  const home = fileURLToPath(new URL("../../../", import.meta.url));
  const config = await extract(join(home, ".dependency-cruiser.cjs"));
  const forbidden = config.forbidden as { name: string; from: Modules; to: Modules }[];
  const files = (await filesOf(home)).map((file) => relative(home, file));
  const manifests = files.filter((file) => /^(packages\/[^/]+\/)?package\.json$/.test(file));
  const texts = await Promise.all(manifests.map((file) => readFile(join(home, file), "utf8")));
  const packages = texts.flatMap((text) => {
    const { dependencies, devDependencies } = JSON.parse(text);
    return Object.keys({ ...dependencies, ...devDependencies }).map((name) => `node_modules/${name}/index.js`);
  });
  // packages/web has a rule before it has a file.
  const known = [...files, ...packages, "packages/web/src/index.ts"];
  const dead = forbidden.flatMap(({ name, from, to }) =>
    [from.path, from.pathNot, to.path, to.pathNot]
      .flatMap((pattern) => pattern ?? [])
      .flatMap(alternatives)
      .filter((pattern) => !known.some((path) => new RegExp(pattern).test(path)))
      .map((pattern) => `${name}: ${pattern}`),
  );
  expect(forbidden.length).toBeGreaterThan(20);
  expect([...new Set(dead)]).toEqual([]);
});

test.each([
  ["^packages/(core|functions)/src/", ["^packages/core/src/", "^packages/functions/src/"]],
  ["(^|node_modules/)(hono|lucia)(/|$)", ["(^|node_modules/)hono(/|$)", "(^|node_modules/)lucia(/|$)"]],
  ["^packages/(?!core/|functions/)", ["^packages/(?!core/|functions/)"]],
  ["^packages/core/src/$1(/|\\.ts$)", ["^packages/core/src/[^/]+(/|\\.ts$)"]],
])("%s is checked as %j", (pattern, expected) => {
  expect(alternatives(pattern)).toEqual(expected);
});

type Modules = { path?: string | string[]; pathNot?: string | string[] };

/** Splits a rule's pattern into one pattern for each name of a group of names; `$1` becomes any name. */
function alternatives(pattern: string): string[] {
  const plain = pattern.replace("$1", "[^/]+");
  for (const { 0: group, 1: names = "", index } of plain.matchAll(/\(([^()?]*\|[^()]*)\)/g)) {
    const each = names.split("|");
    if (!each.every((name) => /[a-z]{3}/.test(name))) continue;
    return each.flatMap((name) => alternatives(plain.slice(0, index) + name + plain.slice(index + group.length)));
  }
  return [plain];
}

/** Writes files that only import the files or packages named. */
async function tree(imports: Record<string, string[]>): Promise<void> {
  const named = Object.values(imports)
    .flat()
    .filter((to) => to.endsWith(".ts"));
  for (const file of new Set([...named, ...Object.keys(imports)])) {
    const path = join(root, file);
    const targets = (imports[file] ?? []).map((to) =>
      to.endsWith(".ts") ? `./${relative(dirname(path), join(root, to))}` : to,
    );
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, targets.map((to) => `import "${to}";\n`).join("") || "export {};\n");
  }
}
