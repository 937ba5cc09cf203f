import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, expect, inject } from "vitest";
import { newPushKey } from "./pushkey.ts";
import { startServices } from "./services.ts";
import { startKeeping } from "./testing/output.ts";
import { keepOutput } from "./testing/spies.ts";

declare module "vitest" {
  interface ProvidedContext {
    /**
     * The address of all test files' server and of the database that each file clones: migrated, seeded, not used
     * itself.
     */
    template: string;
    /** The folder in which the product's output is kept, to be searched at the end. */
    output: string;
  }
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
startKeeping(inject("output"), relative(root, expect.getState().testPath ?? "unknown"));
afterAll(keepOutput());

/**
 * Runs before each test file, and before the product is imported. Gives the file its own database, cloned from the
 * template, an empty Redis, an empty mailbox, empty queues and their gateways, and sets the environment that leads
 * there.
 */
const template = new URL(inject("template"));
const database = `test_${randomBytes(6).toString("hex")}`;
const admin = new pg.Client({ connectionString: new URL("/postgres", template).href });
await admin.connect();
await admin.query(`create database ${database} template ${template.pathname.slice(1)}`);
await admin.end();

const services = await startServices({ databaseUrl: new URL(`/${database}`, template).href });
Object.assign(process.env, services.environment, {
  APP_URL: "http://localhost:3000",
  PUSH_PRIVATE_KEY: newPushKey(),
  DUFFEL_WEBHOOK_SECRET: "for tests alone",
});

afterAll(services.stop);

/** The servers of the product without the gateways: a connection string for node-postgres, a URL for ioredis. */
export const direct = services.direct;

/** The mail that this test file has sent until now, newest first. */
export const mailbox = services.mailbox;

/** The bot that the people of this test file write to. */
export const telegram = services.telegram;
/** The Stripe of this test file. */
export const stripe = services.stripe;
/** The mail service of this test file: what it may do, the addresses on its list, and its events. */
export const ses = services.ses;

/** The key management service of this test file, and what it was asked. */
export const kms = services.kms;

/** The queues of this test file. Only the test receives their messages. */
export const queues = services.queues;

/** The Lambdas that the product calls in this test file. Only the test takes their calls. */
export const lambdas = services.lambdas;

/** Returns a query that Postgres plans once, however often it is repeated. It goes around the gateway. */
export async function planned(text: string): Promise<() => Promise<Record<string, unknown>[]>> {
  const client = new pg.Client({ connectionString: direct.postgres });
  await client.connect();
  afterAll(() => client.end());
  return async () => (await client.query({ name: "planned", text })).rows;
}

/** Returns the number of HTTP requests that reached each gateway of this test file while `run` ran. */
export async function counted(run: () => Promise<unknown>): Promise<{ postgres: number; redis: number }> {
  const before = services.requests();
  await run();
  const after = services.requests();
  return { postgres: after.postgres - before.postgres, redis: after.redis - before.redis };
}
