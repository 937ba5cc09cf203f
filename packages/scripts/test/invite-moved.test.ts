import { sql } from "@travel-conductor/core/base/db";
import * as old from "@travel-conductor/core/test/moved";
import { lambdas } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { inviteMoved } from "../src/invite-moved.ts";

async function run(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await inviteMoved(args, (line) => lines.push(line));
  return lines;
}

const queued = async () =>
  (await sql`select count(*)::int as count from messages where messages.kind = 'moved'`)[0]?.count;

test("says what it would do, then queues as many letters as it may, and the rest the next time", async () => {
  for (let count = 0; count < 3; count++) await old.user();
  await old.user([], "user_1@moved.invalid");
  const unreachable = "1 of the accounts looked at have no address for a letter.";
  lambdas.deliver.take();
  expect(await run("--dry-run")).toEqual(["3 letters would be queued.", unreachable]);
  expect(await queued()).toBe(0);
  expect(lambdas.deliver.take()).toEqual([]);
  expect(await run("--limit", "2")).toEqual([
    expect.stringMatching(/^2 letters queued, the last one for 20/),
    unreachable,
  ]);
  // The sender learns of them at once.
  expect(lambdas.deliver.take()).toHaveLength(1);
  expect(await run()).toEqual([expect.stringMatching(/^1 letter queued/), unreachable]);
  expect(await run()).toEqual(["0 letters queued.", unreachable]);
  expect(await queued()).toBe(3);
});

test.each([["--limit", "0"], ["--limit", "many"], ["--now"], ["5"]])("refuses %s %s", async (...args) => {
  await expect(run(...args)).rejects.toThrow("Use: npm run invite-moved");
});
