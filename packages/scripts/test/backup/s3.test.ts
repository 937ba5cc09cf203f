import { randomBytes } from "node:crypto";
import { direct } from "@travel-conductor/local/testing";
import { generateIdentity, identityToRecipient } from "age-encryption";
import pg from "pg";
import { afterAll, expect, test, vi } from "vitest";
import { dump } from "../../src/backup/dump.ts";
import { check } from "../../src/backup/load.ts";
import { startObjects } from "./standin.ts";

const store = await startObjects();
vi.stubEnv("AWS_ENDPOINT_URL_S3", store.url);
vi.stubEnv("AWS_REGION", "eu-west-2");
afterAll(store.stop);

test("uploads a backup in parts to a name that is free, and reads it", async () => {
  const client = new pg.Client(direct.postgres);
  await client.connect();
  // Parts of 5 MB.
  await client.query("create table large (value text)");
  for (let part = 0; part < 2; part++) {
    await client.query("insert into large values ($1)", [randomBytes(3_000_000).toString("hex")]);
  }
  const identity = await generateIdentity();
  const given = {
    databaseUrl: direct.postgres,
    place: "s3://backups/a/travel",
    recipients: [await identityToRecipient(identity)],
  };
  expect(await dump(given)).toContain("s3://backups/a/travel has");
  expect([...store.objects.keys()]).toEqual(["/backups/a/travel"]);
  expect(store.uploads.size).toBe(0);
  expect(await check({ place: given.place, identities: [identity] })).toContain("is whole");
  await expect(dump(given)).rejects.toThrow("exists already");
  await expect(check({ place: "s3://backups/b", identities: [identity] })).rejects.toThrow("cannot be read");

  const end = `
    select pg_terminate_backend(pid)
      from pg_stat_activity
     where application_name = 'backup'
       and datname = current_database()`;
  store.onPart = () => client.query(end);
  await expect(dump({ ...given, place: "s3://backups/cut" })).rejects.toThrow("The backup was cut");
  expect(store.objects.has("/backups/cut")).toBe(false);
  expect(store.uploads.size).toBe(0);
  await client.end();
  // It writes and reads twelve megabytes.
}, 60_000);
