import { queues } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { env } from "../../src/base/env.ts";
import * as Queue from "../../src/base/queue.ts";
import { runAs } from "../../src/base/trace.ts";
import { withoutService } from "../support/network.ts";

const url = env.REFRESH_QUEUE_URL;
const order = { group: "one", once: "one" };

test("a message is sent once, in its group, with the id of the request", async () => {
  await runAs("request-1", () => Queue.send(url, { n: 1 }, order));
  await Queue.send(url, { n: 1 }, order);
  expect(queues.refresh.receive(10)).toMatchObject([
    {
      Body: '{"n":1}',
      Attributes: { MessageGroupId: "one" },
      MessageAttributes: { requestId: { StringValue: "request-1" } },
    },
  ]);
});

test("without SQS, or without a queue, sending fails", async () => {
  await withoutService("sqs", () => expect(Queue.send(url, {}, order)).rejects.toThrow());
  await expect(Queue.send(undefined, {}, order)).rejects.toThrow("no queue is named");
  await expect(Queue.send(`${url}-none`, {}, order)).rejects.toThrow("SQS answered 400");
});
