import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { afterAll, expect, test } from "vitest";
import { startStripe, workingCard } from "../src/stripe.ts";

const folder = mkdtempSync(join(tmpdir(), "stripe-"));
const gateway = await startStripe();
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

type Body = { id: string; error: { type: string; code?: string } };
type Sent = { method?: string; body?: string; headers?: Record<string, string> };

/** One request, as Stripe's package sends it unless it says otherwise. */
async function call(path: string, { method = "POST", body = "", headers = {} }: Sent = {}, { url, key } = gateway) {
  const response = await fetch(`${url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      "stripe-version": Stripe.API_VERSION,
      ...(method === "POST" && { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
    },
    ...(method === "POST" && { body }),
  });
  return {
    status: response.status,
    replayed: response.headers.get("idempotent-replayed"),
    body: (await response.json()) as Body,
  };
}

const cases: [what: string, path: string, sent: Sent, status: number, code: string | undefined][] = [
  ["another key", "customers", { headers: { authorization: "Bearer sk_test_x" } }, 401, undefined],
  ["another version", "customers", { headers: { "stripe-version": "2020-08-27" } }, 400, "invalid_api_version"],
  ["JSON", "customers", { body: "{}", headers: { "content-type": "application/json" } }, 400, "parameter_invalid"],
  ["an unknown parameter", "customers", { body: "nickname=x" }, 400, "parameter_unknown"],
  ["a missing one", "payment_intents", { body: "amount=100" }, 400, "parameter_missing"],
  [
    "one that was dropped",
    "setup_intents",
    { body: "customer=c&payment_method_types[]=card" },
    400,
    "parameter_unknown",
  ],
  ["a fraction", "payment_intents", { body: "amount=1.5&currency=gbp" }, 400, "parameter_invalid"],
  ["a part of a króna", "payment_intents", { body: "amount=150&currency=isk" }, 400, "invalid_charge_amount"],
  ["a customer that is not there", "setup_intents", { body: "customer=cus_1" }, 400, "resource_missing"],
  ["a payment that is not there", "payment_intents/pi_1/capture", {}, 404, "resource_missing"],
  ["another path", "subscriptions", {}, 404, undefined],
];

test.each(cases)("refuses %s", async (_, path, sent, status, code) => {
  const { status: answered, body } = await call(path, sent);
  const { error } = body;
  expect([answered, error.code, error.type]).toEqual([status, code, "invalid_request_error"]);
});

test("answers a key again for the same parameters, refuses it for others, and has forgotten it after a day", async () => {
  const headers = { "idempotency-key": "one" };
  const [first, again] = [await call("customers", { headers }), await call("customers", { headers })];
  expect([first.replayed, again.replayed, again.body]).toEqual([null, "true", first.body]);
  const other = await call("customers", { headers, body: "metadata[a]=b" });
  expect([other.status, other.body.error.type]).toEqual([400, "idempotency_error"]);
  gateway.pass(86_401);
  expect((await call("customers", { headers, body: "metadata[a]=b" })).status).toBe(200);
  // What is refused before it begins leaves no answer behind.
  const refused = { "idempotency-key": "two" };
  expect((await call("customers", { headers: refused, body: "nickname=x" })).status).toBe(400);
  expect((await call("customers", { headers: refused })).status).toBe(200);
});

test("keeps what it was told in its file", async () => {
  const file = join(folder, "stripe.json");
  const first = await startStripe({ file });
  const { body: customer } = await call("customers", {}, first);
  const { body: setup } = await call("setup_intents", { body: `customer=${customer.id}` }, first);
  first.enterCard(setup.id, workingCard);
  await call("customers", {}, first);
  await first.stop();
  const second = await startStripe({ file });
  const read = await call(`setup_intents/${setup.id}?expand[]=payment_method`, { method: "GET" }, second);
  expect(read.body).toMatchObject({
    status: "succeeded",
    payment_method: { customer: customer.id, card: { last4: "4242" } },
  });
  expect([second.key, JSON.stringify(read.body)]).toEqual([first.key, expect.not.stringContaining("4242424242424242")]);
  await second.stop();
});

test("sends events to the webhook, signed as Stripe's package reads them, and again where they were not taken", async () => {
  const events: Stripe.Event[] = [];
  const answers = [500, 200];
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const signature = request.headers["stripe-signature"] ?? "";
    events.push(new Stripe(gateway.key).webhooks.constructEvent(body, signature, gateway.signing));
    response.writeHead(answers.shift() ?? 200).end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  gateway.tell(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
  const { body: customer } = await call("customers");
  await expect.poll(() => events.length, { timeout: 5_000 }).toBe(2);
  gateway.tell("");
  receiver.close();
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  expect(events[0]).toMatchObject({ type: "customer.created", livemode: false, data: { object: { id: customer.id } } });
});
