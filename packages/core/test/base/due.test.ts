import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { hints } from "../../src/base/due.ts";

/** A moment of one day. */
const at = (time: string) => new Date(`2031-05-07T${time.padEnd(8, ":00")}.000Z`);
const { upkeep: hint } = hints;

/** Looks at `from` until `to`, while `meanwhile` happens, and finds nothing more; @returns when it is due again. */
async function look(from: string, to: string, meanwhile: () => Promise<void> = async () => undefined): Promise<string> {
  const { noted, isDue } = await hint.read(at(from));
  expect(isDue).toBe(true);
  await meanwhile();
  await hint.noteNext(noted, null, at(to));
  for (let moment = at(to).getTime(); ; moment += 60_000)
    if ((await hint.read(new Date(moment))).isDue) return new Date(moment).toISOString().slice(11, 16);
}

test("what is noted while a look goes on is looked at when it is due", async () => {
  await redis.flushall();
  await hint.noteCommitted(at("13:00"), at("12:00"));
  expect(await look("13:00", "13:00:10", () => hint.noteCommitted(at("14:00"), at("13:00:03")))).toBe("14:00");
  // At once, where it waits already, also since the very moment that was noted before.
  expect(await look("14:00", "14:00:10", () => hint.noteCommitted(at("14:00:03"), at("14:00:03")))).toBe("14:00");
  expect(await look("14:01", "14:01:10", () => hint.noteCommitted(at("14:00:03"), at("14:01:03")))).toBe("14:01");
  expect(await look("14:02", "14:02:10")).toBe("18:00");
});

test("one moment that is noted many times before it is due is looked at once", async () => {
  await redis.flushall();
  for (const now of ["13:00", "13:10", "13:20"]) await hint.noteCommitted(at("13:30"), at(now));
  expect(await look("13:30", "13:30:10")).toBe("18:00");
});

test("an earlier moment does not make a later one forgotten", async () => {
  await redis.flushall();
  for (const time of ["14:30", "14:00", "13:30", "15:00"]) await hint.noteCommitted(at(time), at("13:00"));
  expect(await look("13:30", "13:30:10")).toBe("14:00");
});
