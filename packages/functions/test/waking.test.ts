import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import { interceptRequests } from "@travel-conductor/core/test/network";
import { lambdas } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { handler as wake } from "../src/cron/wake.ts";
import * as a from "./support/client.ts";

test("an alert of a check on demand starts the sending at once", async () => {
  const { token } = await a.user();
  const body = { ...a.wanted(), rules: { target: "9000.00" } };
  const { id } = await a.read(await a.call("POST", "/v1/watches", { token, body }), 201);
  lambdas.deliver.take();
  await redis.del("outbox:due");
  await a.read(await a.call("POST", `/v1/watches/${id}/check`, { token }), 200);
  expect(await sql`select from alerts where alerts.watch_id = ${id}`).toHaveLength(1);
  expect(await redis.get("outbox:due")).not.toBeNull();
  expect(lambdas.deliver.take()).toHaveLength(1);
});

test("a message that an operator sends again is noted for the sender, beside the call that may be lost", async () => {
  const { token } = await a.operator();
  await redis.del("outbox:due");
  await a.call("POST", `/v1/admin/deliveries/${newId("msg")}/replay`, { token });
  expect(await redis.get("outbox:due")).not.toBeNull();
});

test("a call that Lambda refuses fails the clock, once it has made the others", async () => {
  // Without hints all may be due.
  await redis.flushall();
  for (const lambda of Object.values(lambdas)) lambda.take();
  let calls = 0;
  const refusing = interceptRequests(
    (service) => {
      if (service === "lambda" && ++calls === 2) throw new TypeError("fetch failed");
    },
    () => wake(),
  );
  await expect(refusing).rejects.toThrow("did not take the calls for bookings");
  const { deliver, book, export: exports, cards } = lambdas;
  expect([deliver, book, exports, cards].map((lambda) => lambda.take().length)).toEqual([1, 0, 1, 1]);
  await redis.flushall();
  expect(await wake()).toEqual({ due: ["messages", "bookings", "exports", "cards"] });
});
