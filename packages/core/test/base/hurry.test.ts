import { lambdas } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { env } from "../../src/base/env.ts";
import { hurried, hurry } from "../../src/base/hurry.ts";
import { logger } from "../../src/base/log.ts";
import { requestId, runAs } from "../../src/base/trace.ts";
import { withoutService } from "../support/network.ts";

const context = { getRemainingTimeInMillis: () => 60_000 };
const url = env.DELIVER_LAMBDA_URL;
afterEach(() => void vi.restoreAllMocks());

test("a Lambda is called with the message and the id of the request", async () => {
  await runAs("one", () => hurry(url, { n: 1 }));
  await hurry(url, { n: 2 });
  expect(lambdas.deliver.take()).toEqual([{ message: { n: 1 }, requestId: "one" }, { message: { n: 2 } }]);
});

test("a call that does not arrive is logged, and hurts nobody; without an address nothing is called", async () => {
  const warn = vi.spyOn(logger, "warn").mockReturnValue();
  await withoutService("lambda", () => hurry(url, {}));
  await hurry(url?.replace("deliverNow", "none"), {});
  expect(warn.mock.calls.map(([line]) => line)).toEqual(["work not hurried", "work not hurried"]);
  await hurry(undefined, {});
  expect(lambdas.deliver.take()).toEqual([]);
});

test("the Lambda works under the id of the request, and a failure is logged and thrown", async () => {
  const seen: unknown[] = [];
  await hurried(async (message) => void seen.push(message, requestId()))(
    { message: { n: 1 }, requestId: "one" },
    context,
  );
  expect(seen).toEqual([{ n: 1 }, "one"]);
  const error = vi.spyOn(logger, "error").mockReturnValue();
  await expect(hurried(() => Promise.reject(new Error("a failure")))({ message: {} }, context)).rejects.toThrow(
    "a failure",
  );
  expect(error).toHaveBeenCalledTimes(1);
});
