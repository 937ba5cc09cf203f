import { expect, test } from "vitest";
import {
  add,
  assumptions,
  awake,
  emptyReceives,
  excess,
  gbSeconds,
  items,
  priceOf,
  prices,
  total,
} from "../src/cost/bill.ts";
import { minutesOf } from "../src/cost/schedule.ts";
import { counted, uncounted } from "../src/cost/script.ts";
import { zipf } from "../src/cost/subjects.ts";

const minute = 60_000;

test("Postgres is awake from each request to the next, or for five quiet minutes", () => {
  const spent = awake(
    [
      { at: 0, action: "a search" },
      { at: 2 * minute, action: "a sweep" },
      { at: 60 * minute, action: "a sweep" },
      { at: 98 * minute, action: "a search" },
    ],
    5 * minute,
    100 * minute,
  );
  expect(Object.fromEntries(spent)).toEqual({ "a search": 4 * minute, "a sweep": 10 * minute });
  expect(awake([], 5 * minute, minute).size).toBe(0);
});

test("what is free is taken off once, and never makes a price less than nothing", () => {
  expect(priceOf("lambdaRequests", 3_000_000, false)).toBeCloseTo(0.6);
  expect(priceOf("lambdaRequests", 3_000_000, true)).toBeCloseTo(0.4);
  expect(priceOf("lambdaRequests", 10, true)).toBe(0);
  const amounts = add({ mails: 500, alarms: 12 }, { mails: 250 }, 2);
  expect(amounts).toEqual({ mails: 1_000, alarms: 12 });
  expect(total(amounts, false)).toBeCloseTo(0.1 + 1.2);
  expect(total(amounts, true)).toBeCloseTo(0.1 + 0.2);
});

test("each price says where and when it was read", () => {
  for (const item of items) {
    const { source, found, price, per, free } = prices[item];
    expect(source, item).toMatch(/^https?:\/\/|^not verified/);
    expect(found, item).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(price > 0 && per > 0 && free >= 0, item).toBe(true);
  }
});

test("a Lambda's computing is slower with less memory, and its waiting is not", () => {
  expect(gbSeconds(1_024, 0, 1_000)).toBe(1);
  const whole = assumptions.fullCpuMb.value;
  expect(gbSeconds(whole / 2, 100, 300)).toBeCloseTo((0.5 * whole * 0.5) / 1_024);
  expect(gbSeconds(2 * whole, 100, 0)).toBeCloseTo((0.1 * 2 * whole) / 1_024);
});

test("searches beyond 1,500 for each order are billed, and so are the polls of empty queues", () => {
  expect(excess(10_000, 4)).toBe(4_000);
  expect(excess(10_000, 7)).toBe(0);
  expect(emptyReceives()).toBeCloseTo(657_450);
});

test("schedules are read as minutes", () => {
  const schedules = [
    "cron(* * * * ? *)",
    "cron(0/5 * * * ? *)",
    "cron(0 * * * ? *)",
    "cron(0 0 * * ? *)",
    "cron(0 0,12 * * ? *)",
    "cron(7 * * * ? *)",
  ];
  expect(schedules.map(minutesOf)).toEqual([1, 5, 60, 1_440, 720, 60]);
  expect(() => minutesOf("at(2027-01-01)")).toThrow("another form");
});

test("a script is sent inside one that counts its commands, also by its hash", () => {
  const script = "return redis.call('get', KEYS[1])";
  const { sent, isCounted } = counted(["eval", script, 1, "key"], 0);
  expect([isCounted, String(sent[1]).includes(script), sent.slice(2)]).toEqual([true, true, [1, "key"]]);
  expect(counted(["evalsha", "60ae6b7ba9b2e9f2ac4ab6b3b2a9dea1ffb7b6ec", 0], 0).isCounted).toBe(false);
  expect(counted(["get", "key"], 0)).toEqual({ sent: ["get", "key"], isCounted: false });
  expect(uncounted([3, "value"])).toEqual({ result: "value", calls: 3 });
  expect(uncounted([2])).toEqual({ result: null, calls: 2 });
});

test("the first of Zipf's ranks is drawn twice as often as the second", () => {
  const rankOf = zipf(3);
  // 1 / (1 + 1/2 + 1/3) is 0.545, and three halves of it 0.818.
  expect([0, 0.54, 0.55, 0.81, 0.82, 0.999].map(rankOf)).toEqual([0, 0, 1, 1, 2, 2]);
});
