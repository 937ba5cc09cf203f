import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { key } from "@travel-conductor/local/lambda";
import { direct } from "@travel-conductor/local/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import binaries from "../../packages/scripts/src/deploy/binaries.json";
import { digestsOf } from "../../packages/scripts/src/deploy/bundles.ts";
import { directOf } from "../../packages/scripts/src/deploy/database.ts";
import { deploy } from "../../packages/scripts/src/deploy/steps.ts";
import { path } from "./cloud.ts";
import { ssm } from "./ssm.ts";

const parameters: Record<string, string> = {};
let store: Awaited<ReturnType<typeof ssm>>;
/** Lambda's account settings. */
let limit = 1000;
const account = createServer(({ url }, response) => {
  const AccountLimit = { ConcurrentExecutions: limit };
  response
    .writeHead(url === "/2016-08-19/account-settings/" && limit > 0 ? 200 : 403)
    .end(JSON.stringify({ AccountLimit }));
});
let folder: string;
let dist: string;
beforeAll(async () => {
  store = await ssm(parameters);
  await once(account.listen(0, "127.0.0.1"), "listening");
  folder = await mkdtemp(join(tmpdir(), "release-"));
  dist = join(folder, "dist");
  await build();
  await writeFile(join(folder, "tested.json"), JSON.stringify(await digestsOf(dist)));
});
afterAll(async () => {
  await store.stop();
  account.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", store.url);
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", `http://127.0.0.1:${(account.address() as AddressInfo).port}`);
  limit = 1000;
  vi.stubEnv("AWS_ACCESS_KEY_ID", key.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", key.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", key.token);
  for (const name of Object.keys(parameters)) delete parameters[name];
  Object.assign(parameters, {
    [path("DATABASE_URL")]: direct.postgres,
    [path("UPSTASH_REDIS_REST_URL", ".fallback")]: "https://redis.example.com",
    [path("UPSTASH_REDIS_REST_TOKEN")]: "token",
    [path("EDGE_SECRET")]: "e".repeat(40),
    [path("OFFER_SECRET")]: "o".repeat(40),
  });
  await rm(join(folder, "migrations"), { recursive: true, force: true });
  await mkdir(join(folder, "migrations"));
});
afterEach(() => vi.unstubAllEnvs());

const handler = "packages/functions/src/api/lambda.handler";

/** Makes an assembly as SST does, of one Lambda with this code and the binaries for arm64. */
async function build(code = "export const handler = 1;"): Promise<void> {
  const asset = join(dist, "asset.abc");
  await mkdir(asset, { recursive: true });
  await writeFile(join(asset, "lambda.mjs"), code);
  const [S3Key, Architectures] = ["abc.zip", ["arm64"]];
  const Api = { Type: "AWS::Lambda::Function", Properties: { Handler: handler, Code: { S3Key }, Architectures } };
  await writeFile(join(dist, "api.template.json"), JSON.stringify({ Resources: { Api } }));
  const installed = fileURLToPath(new URL("../../packages/functions/", import.meta.url));
  for (const { file } of binaries.filter(({ architecture }) => architecture === "arm64"))
    await cp(join(installed, dirname(file)), join(asset, dirname(file)), { recursive: true, dereference: true });
}

/** Deploys, and returns what was said and done: SST's commands, and what a build does beside. */
async function run(more: Partial<{ args: string[]; whileBuilding: () => Promise<unknown>; status: number }> = {}) {
  const { args = ["--stage", "test"], whileBuilding, status = 0 } = more;
  const done: string[] = [];
  const said: string[] = [];
  const sst = async ([command = "", ...rest]: string[]) => {
    done.push([command, ...rest].join(" ").replace(dist, "dist"));
    if (command === "build") await build().then(whileBuilding);
    return command === "deploy" ? status : 0;
  };
  const tools = { sst, say: (line: string) => void said.push(line), assembly: dist };
  const files = { tested: join(folder, "tested.json"), migrations: join(folder, "migrations") };
  const end = await deploy(args, { ...tools, ...files }).catch((error: Error) => error.message);
  return { end, done, said };
}

const migration = (name: string, text: string) => writeFile(join(folder, "migrations", name), text);

test("builds, migrates, then deploys what was built, and says what to do next", async () => {
  await migration("9101_more.sql", "create table more_things (id text);");
  const { end, done, said } = await run();
  expect([end, done]).toEqual([0, ["build --stage test", "deploy --stage test --from dist"]]);
  expect(said).toContain("Migrated: 9101_more");
  expect(said).toContain("Without MAIL_FROM no mail is sent.");
  expect(said.at(-1)).toContain("npm run smoke -- --stage test");
  const failed = await run({ status: 1 });
  expect([failed.end, failed.said.at(-1)]).toEqual([1, expect.stringContaining("The deploy failed.")]);
  expect(failed.said).toContain("The schema is up to date.");
});

test("deploys nothing when a migration fails", async () => {
  await migration("9102_bad.sql", "create table half (id text); alter table nowhere add column a text;");
  const { end, done } = await run();
  expect(end).toBe('A migration failed, so nothing was deployed: relation "nowhere" does not exist');
  expect(done).toEqual(["build --stage test"]);
  await migration("9102_bad.sql", "create table half (id text);");
  expect((await run()).end).toBe(0);
});

test("lets one deploy of a database run at a time", async () => {
  let second: Awaited<ReturnType<typeof run>> | undefined;
  const whileBuilding = async () => {
    second = await run();
  };
  expect((await run({ whileBuilding })).end).toBe(0);
  expect(second).toMatchObject({ end: expect.stringContaining("Another deploy is on its way"), done: [] });
  expect((await run()).end).toBe(0);
});

test("changes nothing when what was built is not what was tested", async () => {
  await migration("9103_never.sql", "create table never (id text);");
  const other = await run({ whileBuilding: () => build("export const handler = 2;") });
  expect(other).toMatchObject({
    done: ["build --stage test"],
    end: expect.stringContaining(`${handler} is not the one`),
  });
  const argon2 = join(dist, "asset.abc", binaries[0]?.file ?? "");
  const altered = await run({ whileBuilding: () => writeFile(argon2, "another binary") });
  expect(altered.end).toMatch(/argon2\.linux-arm64-gnu\.node has the digest [0-9a-f]{64}, not that of binaries/);
  const without = await run({ whileBuilding: () => rm(argon2) });
  expect(without.end).toContain(`${handler} lacks node_modules/@node-rs/argon2-linux-arm64-gnu`);
  const { said } = await run();
  expect(said).toContain("Migrated: 9103_never");
});

test("compares what was built alone, and nothing that another stage has left", async () => {
  const Left = { Type: "AWS::Lambda::Function", Properties: { Handler: "packages/functions/src/left.handler" } };
  await writeFile(join(dist, "other.template.json"), JSON.stringify({ Resources: { Left } }));
  expect((await run()).end).toBe(0);
});

test.each<[string, () => void, string]>([
  [
    "a secret that was never set",
    () => delete parameters[path("OFFER_SECRET")],
    "secrets set OFFER_SECRET '…' --stage test",
  ],
  [
    "a provider without its budget",
    () => (parameters[path("DUFFEL_ACCESS_TOKEN")] = "duffel_test_x"),
    "FLIGHT_BUDGET_DUFFEL",
  ],
  ["an SSM that refuses", () => vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong"), "SSM refused GetParameters: InvalidSig"],
  ["an account that runs too few Lambdas at once", () => (limit = 135), "a stage needs 136"],
  ["no keys", () => vi.stubEnv("AWS_ACCESS_KEY_ID", ""), "aws configure export-credentials"],
  [
    "a database out of reach",
    () => vi.stubEnv("DATABASE_DIRECT_URL", "postgresql://a:b@127.0.0.1:1/c"),
    "ECONNREFUSED",
  ],
])("is refused before anything is built: %s", async (_, spoil, message) => {
  spoil();
  const { end, done } = await run();
  expect([done, end]).toEqual([[], expect.stringContaining(message)]);
});

test("goes on where the account may not see its limits", async () => {
  limit = 0;
  const { end, said } = await run();
  expect([end, said[0]]).toEqual([0, expect.stringContaining("not checked")]);
});

test("is refused without a stage, or with one that is none", async () => {
  expect((await run({ args: [] })).end).toBe("No stage is named. Use: npm run deploy -- --stage <name>");
  expect((await run({ args: ["--stage", "a;b"] })).end).toContain("not a;b");
});

test("deploys the probe from outside alone, which has no secrets, Lambdas or database", async () => {
  for (const name of Object.keys(parameters)) delete parameters[name];
  const where = ["--stage", "test", "--region", "us-east-1"];
  expect(await run({ args: where })).toEqual({ end: 0, done: ["deploy --stage test --region us-east-1"], said: [] });
  expect((await run({ args: where, status: 1 })).end).toBe(1);
  // SST does not look at this variable where its configuration names a region.
  vi.stubEnv("AWS_REGION", "us-east-1");
  expect((await run()).end).toContain("Secrets are missing");
});

test("goes around Neon's pooler", () => {
  const address = (host: string) => `postgresql://me:secret@${host}/travel?sslmode=require`;
  expect(directOf(address("ep-a-1-pooler.eu-west-2.aws.neon.tech"))).toBe(address("ep-a-1.eu-west-2.aws.neon.tech"));
  expect(directOf(direct.postgres)).toBe(direct.postgres);
});
