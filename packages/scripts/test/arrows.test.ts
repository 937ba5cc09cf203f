import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { check } from "../src/arrows.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "arrows-"));
});
afterEach(() => rm(root, { recursive: true }));

const core = (file: string) => `packages/core/src/${file}`;

test.each([
  [core("fare.ts"), core("watch.ts"), "a domain imports only base and the layers below it"],
  [core("user.ts"), core("flight.ts"), "a domain imports only base and the layers below it"],
  [core("flight.ts"), core("watch.ts"), "a domain imports only base and the layers below it"],
  [core("session.ts"), core("user.ts"), "a domain imports only base and the layers below it"],
  [core("base/db.ts"), core("user.ts"), "base imports only base"],
  [core("watch.ts"), core("flight/criteria.ts"), "a domain's folder is imported only by its door"],
  [core("alert.ts"), core("util.ts"), "every file of core belongs to base or to a domain of domains.json"],
  ["packages/functions/src/api/flight.ts", core("flight/criteria.ts"), "other packages import core's doors and base"],
  [core("user.ts"), "packages/functions/src/api/index.ts", "core imports no other package"],
  ["packages/functions/src/api/index.ts", "packages/scripts/src/seed.ts", "functions import core alone"],
  ["packages/scripts/src/seed.ts", "packages/functions/src/api/index.ts", "scripts import core alone"],
  ["packages/scripts/src/seed.ts", "packages/local/src/postgres.ts", "only bench and tests import local"],
  ["stacks/api.ts", core("base/env.ts"), "stacks import nothing from packages"],
  ["packages/web/src/app.ts", "packages/functions/src/api/index.ts", "web imports types alone"],
  [core("user.ts"), "packages/core/test/support/factory.ts", "nobody imports a test"],
  [core("user.ts"), "hono", "hono at the doors"],
  ["packages/functions/src/api/index.ts", "sst/constructs", "sst and cdk in stacks"],
  ["packages/functions/src/api/index.ts", "aws-cdk-lib/aws-lambda", "sst and cdk in stacks"],
  [core("user.ts"), "@neondatabase/serverless", "neon in db.ts"],
  [core("user.ts"), "@upstash/redis", "upstash in cache.ts"],
  [core("user.ts"), "lucia", "lucia behind session.ts"],
  [core("base/log.ts"), "@aws-sdk/client-ssm", "no AWS client"],
])("%s may not import %s", async (from, to, rule) => {
  await tree({ [from]: [to] });
  expect((await check(root)).faults).toContain(`${from} → ${to}: ${rule}`);
});

test("a circle is caught", async () => {
  const [a, b] = [core("watch.ts"), core("watch/band.ts")];
  await tree({ [a]: [b], [b]: [a] });
  expect((await check(root)).faults).toContain(`${a} → ${b}: no circles`);
});

test("what the rules allow passes, and is counted", async () => {
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

test("a run that saw no import fails", async () => {
  await tree({ [core("base/env.ts")]: [] });
  expect((await check(root)).faults).toEqual(["not one import was seen"]);
});

/** Writes files that do nothing but import the files or packages named. */
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
