import { aws } from "@travel-conductor/core/base/env";
import { afterAll, describe, expect, test } from "vitest";
import { Called, type Event } from "../src/invoke/called.ts";
import { startInvoke } from "../src/invoke.ts";

const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = process.env;
const gateway = await startInvoke({ id, secret });
const stranger = await startInvoke({ id, secret: "another" });
afterAll(() => Promise.all([gateway.stop(), stranger.stop()]));

const { deliver } = gateway.lambdas;
const url = gateway.urlOf(deliver);
const event = { message: { n: 1 }, requestId: "one" };

async function call(to: string, { body = JSON.stringify(event), type = "Event", method = "POST" } = {}) {
  const headers = { "content-type": "application/json", "x-amz-invocation-type": type };
  const answer = await aws("lambda", 0).fetch(to, { method, headers, ...(method === "POST" && { body }) });
  return { status: answer.status, type: answer.headers.get("x-amzn-errortype"), text: await answer.text() };
}

test("takes a call without waiting for its work", async () => {
  expect(await call(url)).toEqual({ status: 202, type: null, text: "" });
  expect(deliver.take()).toEqual([event]);
  expect(deliver.take()).toEqual([]);
});

test.each<[string, number, string | null, () => ReturnType<typeof call>]>([
  ["another key", 403, "InvalidSignatureException", () => call(stranger.urlOf(stranger.lambdas.deliver))],
  ["an unknown function", 404, "ResourceNotFoundException", () => call(url.replace("deliverNow", "none"))],
  ["another operation", 404, "UnknownOperationException", () => call(url.replace("invocations", "configuration"))],
  ["another method", 404, "UnknownOperationException", () => call(url, { method: "GET" })],
  ["a call that is waited for", 400, "InvalidParameterValueException", () => call(url, { type: "RequestResponse" })],
  ["no JSON", 400, "InvalidRequestContentException", () => call(url, { body: "{" })],
  ["more than a mebibyte", 413, null, () => call(url, { body: JSON.stringify("x".repeat(1024 * 1024)) })],
])("refuses %s, and keeps nothing", async (_, status, type, ask) => {
  expect(await ask()).toMatchObject({ status, type });
  expect(deliver.take()).toEqual([]);
});

describe("a Lambda that is called", () => {
  test("runs so many calls at once, and a failed one once", async () => {
    const called = new Called("one", { atOnce: 2 });
    let [running, most] = [0, 0];
    const seen: unknown[] = [];
    for (let n = 0; n < 6; n++) called.call({ message: { n } });
    const { stop } = called.serve(async ({ message }: Event) => {
      most = Math.max(most, ++running);
      seen.push(message);
      await new Promise((done) => setTimeout(done, 5));
      running--;
      if (seen.length % 2 === 0) throw new Error("a failure");
    });
    await expect.poll(() => seen.length).toBe(6);
    await stop();
    expect([most, running, seen]).toEqual([2, 0, [0, 1, 2, 3, 4, 5].map((n) => ({ n }))]);
  });

  test("drops a call that waited too long", async () => {
    const called = new Called("one", { maxAge: -1 });
    called.call({ message: {} });
    const seen: unknown[] = [];
    await called.serve(async (each) => seen.push(each)).stop();
    expect([seen, called.take()]).toEqual([[], []]);
  });
});
