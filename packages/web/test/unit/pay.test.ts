import { expect, test } from "vitest";
import { hasOwnPolicy } from "../../site.ts";
import { cardHref, proofHref } from "../../src/pay/link.ts";

const challenge = { clientSecret: "pi_1_secret_2", publicKey: "pk_test_3", page: null };
const here = { origin: "https://app.example.com" } as Location;

test("the secret of a payment is in no part of an address that a server sees", () => {
  const link = new URL(proofHref(challenge, "/trips/bok_1?a=b", here), here.origin);
  expect(`${link.pathname}${link.search}`).toBe("/pay/proof?back=%2Ftrips%2Fbok_1%3Fa%3Db");
  expect(Object.fromEntries(new URLSearchParams(link.hash.slice(1)))).toEqual({
    secret: "pi_1_secret_2",
    key: "pk_test_3",
  });
});

test("the page of a stand-in leads back to this site", () => {
  const page = "http://127.0.0.1:4242/pay/challenge?client_secret=pi_1_secret_2";
  const link = new URL(proofHref({ ...challenge, page }, "/trips/bok_1", here));
  expect(link.host).toBe("127.0.0.1:4242");
  expect(Object.fromEntries(link.searchParams)).toEqual({
    client_secret: "pi_1_secret_2",
    return_url: "https://app.example.com/trips/bok_1",
  });
});

test("both pages of payment have the policy of payment", () => {
  for (const href of [cardHref("/account"), proofHref(challenge, "/", here)])
    expect(hasOwnPolicy(new URL(href, here.origin).pathname)).toBe(true);
});
