import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { sql } from "@travel-conductor/core/base/db";
import { createSeal } from "@travel-conductor/core/base/seal";
import * as a from "@travel-conductor/core/test/factory";
import { direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { secrets } from "../src/rotate/secrets.ts";
import { rotate } from "../src/rotate.ts";
import { startCloud } from "./rotate/cloud.ts";

const old = "o".repeat(43);
const at = (name: string, place = "test") => `/sst/travel-conductor/${place}/Secret/${name}/value`;
let cloud: Awaited<ReturnType<typeof startCloud>>;

/** Three Lambdas: the API behind an alias, another that reads the secret, and one of another stage. */
async function stage(name: string, value = old, more: Record<string, string> = {}) {
  const bound = { SST_APP: "travel-conductor", SST_STAGE: "test", [`SST_Secret_value_${name}`]: "__FETCH_FROM_SSM__" };
  cloud = await startCloud(
    { [at(name)]: value, ...more },
    {
      api: { env: bound, code: "1", aliases: { live: { version: "1" } } },
      sweep: { env: bound, code: "1", aliases: {} },
      foreign: { env: { ...bound, SST_STAGE: "other" }, code: "1", aliases: {} },
      unbound: { env: { SST_APP: "travel-conductor", SST_STAGE: "test" }, code: "1", aliases: {} },
    },
  );
  vi.stubEnv("AWS_REGION", "eu-west-2");
  for (const service of ["SSM", "LAMBDA"]) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, cloud.url);
  return cloud;
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud?.stop();
});

async function run(args: string[], input = "") {
  const lines: string[] = [];
  const pause = async (seconds: number) => void cloud?.log.push(`pause ${seconds}`);
  await rotate(args, { say: (line) => lines.push(line), input: async () => input, pause });
  return lines;
}
const onStage = (name: string, ...more: string[]) => run([name, ...more, "--stage", "test"]);
const held = (name: string) => cloud.parameters[at(name)]?.split("\n");
const restart = ["PUT api configuration", "POST api versions", "PUT api aliases live", "PUT sweep configuration"];

describe("on a stage", () => {
  test("all processes accept a new version before one signs with it, and the old one until it is dropped", async () => {
    const { log, functions } = await stage("OFFER_SECRET");
    const lines = await onStage("OFFER_SECRET");
    const [made] = held("OFFER_SECRET")!;
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(log).toEqual([
      `PutParameter OFFER_SECRET ${old} ${made} ${old}`,
      ...restart,
      // Runs that began before have what they read then.
      "pause 29",
      `PutParameter OFFER_SECRET ${made} ${old}`,
      ...restart,
    ]);
    expect(functions.api?.aliases.live?.version).toBe("3");
    expect(functions.api?.env).toMatchObject({ SST_STAGE: "test", SST_ADMIN_SECRET_UPDATED_AT: expect.any(String) });
    // What an operator sees, and may keep, shows no secret.
    for (const secret of [old, made!]) expect(lines.join("\n")).not.toContain(secret);
    expect(lines.at(-1)).toContain("an hour");

    await onStage("OFFER_SECRET");
    expect(held("OFFER_SECRET")).toEqual([made, old]);
    log.length = 0;
    await onStage("OFFER_SECRET", "--drop");
    expect(log).toEqual([`PutParameter OFFER_SECRET ${made}`, ...restart]);
    await expect(onStage("OFFER_SECRET", "--drop")).rejects.toThrow("no old version");
  });

  test("a run that was cut off anywhere is gone on with, and accepts all that was ever signed with", async () => {
    for (let cutAt = 1; cutAt <= 10; cutAt++) {
      const { state, log } = await stage("MESSAGE_SECRET");
      let writes = 0;
      state.cut = () => ++writes === cutAt;
      await expect(onStage("MESSAGE_SECRET")).rejects.toThrow("refused");
      state.cut = undefined;
      const written = held("MESSAGE_SECRET")!;
      expect(written).toContain(old);
      if (written[0] === written.at(-1) && written.length > 1)
        await expect(onStage("MESSAGE_SECRET", "--drop")).rejects.toThrow("cut off");
      await onStage("MESSAGE_SECRET");
      const [made] = held("MESSAGE_SECRET")!;
      expect(held("MESSAGE_SECRET")).toEqual([written.find((one) => one !== old) ?? made, old]);
      expect(log.slice(-restart.length)).toEqual(restart);
      await cloud.stop();
    }
  });

  test("the distribution's is in the variable before until a deploy, and nothing is written while one is under way", async () => {
    const { log, functions } = await stage("EDGE_SECRET");
    functions.api!.aliases.live!.canary = true;
    await expect(onStage("EDGE_SECRET")).rejects.toThrow("under way");
    functions.api!.aliases.live = { version: "1" };
    expect(log).toEqual([]);
    expect((await onStage("EDGE_SECRET")).at(-1)).toContain("Deploy now");
    expect(log.filter((line) => line.startsWith("Put"))).toEqual([
      `PutParameter EDGE_SECRET_BEFORE ${old}`,
      `PutParameter EDGE_SECRET ${held("EDGE_SECRET")}`,
    ]);
    await onStage("EDGE_SECRET", "--drop");
    expect(held("EDGE_SECRET_BEFORE")).toBeUndefined();
  });

  test("code that is not released is not brought out by a rotation", async () => {
    const { functions, log } = await stage("OFFER_SECRET");
    await onStage("OFFER_SECRET");
    functions.api!.code = "2";
    log.length = 0;
    await expect(onStage("OFFER_SECRET", "--drop")).rejects.toThrow("deploy first");
    expect(log).toEqual([]);
  });

  test("a setting is replaced everywhere, also in the version that the gateway calls", async () => {
    const { log, functions } = await stage("MAIL_FROM", "old@example.com");
    const sender = "Travel Conductor <mail@example.com>";
    await run(["MAIL_FROM", "--stage", "test"], `${sender}\n`);
    expect(log).toEqual([`PutParameter MAIL_FROM ${sender}`, ...restart]);
    expect(functions.api?.aliases.live?.version).toBe("2");
    await expect(run(["MAIL_FROM", "--stage", "test"], "a\nb")).rejects.toThrow("in one line");
    await expect(onStage("MAIL_FROM", "--drop")).rejects.toThrow("one version");
  });

  test("a version that seals is dropped after what it sealed was sealed anew", async () => {
    const { env } = await import("@travel-conductor/core/base/env");
    const own = { DATABASE_URL: env.DATABASE_URL, UPSTASH_REDIS_REST_TOKEN: env.UPSTASH_REDIS_REST_TOKEN };
    const stores = { ...own, UPSTASH_REDIS_REST_URL: env.UPSTASH_REDIS_REST_URL };
    await stage("FACTOR_SECRET", old, Object.fromEntries(Object.entries(stores).map(([name, to]) => [at(name), to])));
    const userId = await a.user();
    const sealed = createSeal("factor", [old]).seal(Buffer.from("seed"), userId);
    await sql`insert into totp_secrets (user_id, secret) values (${userId}, ${sealed})`;
    await onStage("FACTOR_SECRET");
    vi.resetModules();
    expect(await onStage("FACTOR_SECRET", "--drop")).toContain("1 sealed anew, 0 open with no version.");
    expect(held("FACTOR_SECRET")).toHaveLength(1);
    const [row] = await sql`select totp_secrets.secret from totp_secrets where totp_secrets.user_id = ${userId}`;
    const { open } = createSeal("factor", [held("FACTOR_SECRET")![0]!]);
    expect(open(String(row?.secret), userId)?.toString()).toBe("seed");
  });
});

describe("in a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rotate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, ".env");

  test("each secret is rotated and its old version dropped, the rest stays, and the product starts with each", async () => {
    const kept = "# A comment\nPORT=3000\nSTRIPE_PUBLIC_KEY=pk_test_1\nFLIGHT_BUDGET_DUFFEL=1\n";
    const given: Record<string, [string, string]> = {
      STRIPE_WEBHOOK_SECRET: ["whsec_old", "whsec_new"],
      DUFFEL_WEBHOOK_SECRET: ["old secret", "new-secret"],
      STRIPE_KEY: ["sk_test_old", "sk_test_new"],
      DATABASE_URL: ["postgresql://old", "postgresql://new"],
    };
    for (const [name, { kind, make }] of Object.entries(secrets)) {
      if (kind === "setting") continue;
      const [before, input] = given[name] ?? [make?.() ?? `old${"x".repeat(20)}`, `new${"x".repeat(20)}`];
      writeFileSync(file(), `${kept}${name}='${before}'\n`);
      const variables = () => parseEnv(readFileSync(file(), "utf8")) as Record<string, string>;
      const starts = async () => {
        vi.resetModules();
        for (const [key, value] of Object.entries(variables())) vi.stubEnv(key, value);
        if (name === "STRIPE_KEY") vi.stubEnv("STRIPE_URL", undefined);
        await import("@travel-conductor/core/base/env");
        vi.unstubAllEnvs();
      };
      await run([name, "--file", file()], input);
      const fresh = variables()[name]?.split("\n")[0];
      expect(fresh).not.toBe(before);
      if (kind !== "given") {
        expect([variables()[name], variables()[`${name}_BEFORE`]].join("\n")).toContain(before);
        await starts();
        if (kind !== "own" || !secrets[name]?.seals) await run([name, "--drop", "--file", file()]);
      }
      await starts();
      if (!secrets[name]?.seals) expect(variables()).toEqual({ ...parseEnv(kept), [name]: fresh });
      expect(readFileSync(file(), "utf8").startsWith(kept)).toBe(true);
    }
  });

  test.each([
    [["NOTHING"], "", "Use: npm run rotate"],
    [["__proto__"], "", "Use: npm run rotate"],
    [["OFFER_SECRET", "--stage", "a", "--file", "b"], "", "Use: npm run rotate"],
    [["STRIPE_KEY"], "two words", "on standard input"],
    [["STRIPE_KEY"], "", "on standard input"],
    [["STRIPE_KEY", "--drop"], "", "ends old ones"],
    [["OFFER_SECRET", "--drop"], "", "no old version"],
    [["OFFER_SECRET", "--stage", "test"], "", "No AWS account"],
  ])("%j says what is wrong and writes nothing", async (args, input, fault) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    const where = args.includes("--stage") ? [] : ["--file", file()];
    writeFileSync(file(), "PORT=1\n");
    await expect(run([...args, ...where], input)).rejects.toThrow(fault);
    expect(readFileSync(file(), "utf8")).toBe("PORT=1\n");
  });
});

test("two roles of the database do the same at once, and what one made stays when it is dropped", async () => {
  const page = readFileSync(new URL("../../docs/security.md", import.meta.url), "utf8");
  const [made = "", dropped = ""] = [...page.matchAll(/```sql\n([^`]+)\n```/g)].map(([, statements]) => statements!);
  const admin = new pg.Client(direct.postgres);
  await admin.connect();
  const as = async (user: string, text: string) => {
    const url = new URL(direct.postgres);
    Object.assign(url, { username: user, password: "x" });
    const client = new pg.Client(url.href);
    await client.connect();
    return (await client.query(text).finally(() => client.end())).rows;
  };
  try {
    await admin.query("create role owner; grant create on schema public to owner");
    const create = made.replace("'…'", "'x'");
    await admin.query(create.replaceAll("app_2", "app_1"));
    await as("app_1", "create table made (a int); insert into made values (1)");
    await admin.query(create);
    await as("app_2", "insert into made values (2); create table more (a int)");
    await as("app_1", "insert into more values (1)");
    await admin.query(dropped);
    await expect(as("app_1", "select 1")).rejects.toThrow();
    expect(await as("app_2", "select a from made union all select a from more")).toHaveLength(3);
  } finally {
    await admin.query("drop owned by owner; drop role if exists app_1; drop role if exists app_2; drop role owner");
    await admin.end();
  }
});

test("every secret of the stacks and of .env.example is known here", async () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  const of = (text: string, form: RegExp) => [...text.matchAll(form)].map(([, name]) => name!);
  const inStacks = of(read("stacks/secrets.ts"), /"([A-Z][A-Z_]+)"/g);
  const inExample = of(read(".env.example"), /^#(\w*(?:SECRET|TOKEN|KEY))=/gm).filter(
    (name) => !/^AWS_|^KMS_/.test(name),
  );
  expect(inStacks.length).toBeGreaterThan(30);
  for (const name of [...inStacks, ...inExample])
    expect(Object.keys(secrets), name).toContain(name.replace("_BEFORE", ""));
});
