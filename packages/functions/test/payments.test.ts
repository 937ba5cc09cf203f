import { env } from "@travel-conductor/core/base/env";
import { newId } from "@travel-conductor/core/base/id";
import { startDoor } from "@travel-conductor/local/door";
import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { app } from "../src/api/index.ts";
import * as a from "./support/client.ts";

const at = "/v1/payment-methods";

/** A form that a browser posts to one of the pages that play Stripe's part; it is not led on. */
async function fill(page: URL, fields: Record<string, string>) {
  return fetch(page, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
}

test("a card is added on Stripe's page, with 3-D Secure there and back, listed, and removed", async () => {
  const { token } = await a.proven();
  const setup = await a.read(await a.call("POST", `${at}/setup`, { token }), 200);
  expect(setup).toMatchObject({ id: expect.stringMatching(/^seti_/), publicKey: env.STRIPE_PUBLIC_KEY });
  const page = new URL(setup.page);
  expect(page.origin).toBe(stripe.url);
  page.searchParams.set("return_url", "http://localhost:3000/pay/card");
  expect(await (await fetch(page)).text()).toContain("Card number");
  const typed = { number: "4000 0000 0000 0002", expiry: "12/34", cvc: "123" };
  const declined = await fill(page, typed);
  expect([declined.status, await declined.text()]).toEqual([402, expect.stringContaining("was declined")]);
  const refused = await a.call("POST", `${at}/setup/${setup.id}/finish`, { token });
  expect((await a.read(refused, 409)).code).toBe("payment_method.declined");
  // The same page takes another card, which asks for 3-D Secure.
  expect(await (await fill(page, { ...typed, number: "4000 0025 0000 3155" })).text()).toContain("3-D Secure");
  page.pathname = "/pay/challenge";
  const passed = await fill(page, { answer: "yes" });
  expect(passed.status).toBe(303);
  const back = new URL(passed.headers.get("location") ?? "");
  expect(`${back.origin}${back.pathname}`).toBe("http://localhost:3000/pay/card");
  expect(Object.fromEntries(back.searchParams)).toEqual({ setup_intent: setup.id, redirect_status: "succeeded" });
  const card = await a.read(await a.call("POST", `${at}/setup/${setup.id}/finish`, { token }), 200);
  expect(card).toMatchObject({ brand: "visa", lastFour: "3155", isDefault: true, expired: false });
  expect((await a.read(await a.call("GET", at, { token }), 200)).items).toEqual([card]);
  expect((await a.call("DELETE", `${at}/${card.id}`, { token })).status).toBe(204);
  expect((await a.read(await a.call("GET", at, { token }), 200)).items).toEqual([]);
});

test("the pages that play Stripe's part lead back to this machine alone", async () => {
  const { token } = await a.proven();
  const { page: address } = await a.read(await a.call("POST", `${at}/setup`, { token }), 200);
  for (const url of ["https://evil.example.com/", "javascript:alert(1)", ""]) {
    const page = new URL(address);
    page.searchParams.set("return_url", url);
    expect((await fetch(page)).status).toBe(404);
  }
});

test("Stripe's events arrive at the API, signed, and are told to be taken", async () => {
  const door = await startDoor(0);
  door.open(app);
  try {
    const { token } = await a.proven();
    const { id } = await a.read(await a.call("POST", `${at}/setup`, { token }), 200);
    stripe.enterCard(id);
    stripe.tell(`${door.url}/v1/webhooks/stripe`);
    const told = stripe.state.events.findLast(({ type }) => type === "setup_intent.succeeded")!;
    expect([await stripe.send(told), await stripe.send(told)]).toEqual([204, 204]);
    expect((await a.read(await a.call("GET", at, { token }), 200)).items).toHaveLength(1);
    const forged = stripe.post({ ...told, id: newId("evt") }, undefined, `whsec_${"x".repeat(24)}`);
    const headers = { "stripe-signature": forged.header };
    const refused = await a.call("POST", "/v1/webhooks/stripe", { headers, body: forged.body });
    expect((await a.read(refused, 401)).code).toBe("webhook.secret");
  } finally {
    stripe.tell("");
    await door.stop();
  }
});

test("a person begins to add 20 cards an hour at most", async () => {
  const { token } = await a.proven();
  const begin = () => a.call("POST", `${at}/setup`, { token });
  for (let count = 0; count < 20; count++) expect((await begin()).status).toBe(200);
  expect((await begin()).status).toBe(429);
});
