import { queues } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { env } from "../../src/base/env.ts";
import { logger } from "../../src/base/log.ts";
import * as Queue from "../../src/base/queue.ts";
import { interceptRequests, withoutService } from "../support/network.ts";

const url = env.SWEEP_QUEUE_URL;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
afterEach(() => void vi.restoreAllMocks());

/** Takes all queued messages out of the queue. */
function taken(): unknown[] {
  const found = queues.sweep.receive(10);
  for (const { ReceiptHandle } of found) queues.sweep.remove(ReceiptHandle);
  return found.length === 0 ? [] : [...found.map(({ Body }) => JSON.parse(Body)), ...taken()];
}

test("messages are sent ten per request, and counted while they are in the queue", async () => {
  let requests = 0;
  expect(
    await interceptRequests(
      () => void requests++,
      () => Queue.sendAll(url, numbers(25)),
    ),
  ).toBe(25);
  expect(requests).toBe(3);
  queues.sweep.receive(4);
  expect(await Queue.countMessages(url)).toBe(25);
  for (const { ReceiptHandle } of queues.sweep.receive(10, Date.now() + 1e9)) queues.sweep.remove(ReceiptHandle);
});

test("of a partly refused batch the rest is counted, and the refusal is logged", async () => {
  taken();
  const warn = vi.spyOn(logger, "warn").mockReturnValue();
  expect(await Queue.sendAll(url, [{ n: 1 }, { n: "\uFFFE" }, { n: 3 }])).toBe(2);
  expect(taken()).toEqual([{ n: 1 }, { n: 3 }]);
  expect(warn.mock.calls).toEqual([["messages refused", { codes: ["InvalidMessageContents"] }]]);
});

test("a lost request loses its ten messages, and no others", async () => {
  const warn = vi.spyOn(logger, "warn").mockReturnValue();
  let requests = 0;
  const lose = () => {
    if (requests++ === 0) throw new TypeError("fetch failed");
  };
  expect(await interceptRequests(lose, () => Queue.sendAll(url, numbers(25)))).toBe(15);
  expect(taken()).toHaveLength(15);
  expect(warn).toHaveBeenCalledTimes(1);
});

test("without SQS, or without a queue, nothing is sent and nothing can be counted", async () => {
  vi.spyOn(logger, "warn").mockReturnValue();
  await withoutService("sqs", async () => {
    expect(await Queue.sendAll(url, numbers(3))).toBe(0);
    await expect(Queue.countMessages(url)).rejects.toThrow();
  });
  expect(await Queue.sendAll(undefined, numbers(3))).toBe(0);
  await expect(Queue.send(`${url}-none`, {})).rejects.toThrow("SQS answered 400");
});
