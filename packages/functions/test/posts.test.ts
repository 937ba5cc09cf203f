import { redis } from "@travel-conductor/core/base/cache";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { bodyOf, type Kind, post } from "./support/posts.ts";

const kinds: Kind[] = ["tips", "reviews"];

test.each(kinds)("the id of another person's text among %s opens nothing that is its writer's", async (kind) => {
  const id = await post((await a.user()).token, kind);
  const { token } = await a.proven();
  const other = kind === "tips" ? "reviews" : "tips";
  const tries: [method: string, path: string, body?: unknown][] = [
    ["PATCH", `/v1/${kind}/${id}`, { named: true }],
    ["DELETE", `/v1/${kind}/${id}`],
    ["POST", `/v1/${kind}/${id}/appeal`, { text: "I was there myself." }],
    ["GET", `/v1/${kind}/${id}/versions`],
    // Of the other kind.
    ["POST", `/v1/${other}/${id}/useful`],
    ["POST", `/v1/${other}/${id}/reports`, { reason: "spam" }],
  ];
  for (const [method, path, body] of tries) {
    const answer = await a.call(method, path, { token, ...(body === undefined ? {} : { body }) });
    expect(await a.read(answer, 404), path).toMatchObject({ code: "post.missing" });
  }
  const decision = { decision: "hide", reason: "It is not mine." };
  const decided = await a.call("POST", `/v1/admin/posts/${id}/decisions`, { token, body: decision });
  expect(await a.read(decided, 403)).toMatchObject({ code: "operator.required" });
  expect((await a.read(await a.call("GET", `/v1/places/LIS/${kind}`), 200)).items[0]).toMatchObject({ id, useful: 0 });
});

test("answers for all name no account, and one with a session takes one request to Redis and one to Postgres", async () => {
  const { token, userId, email } = await a.proven();
  await post(token, "reviews", { place: "OPO" });
  for (const sent of [{}, { token }]) {
    const text = async () => (await a.call("GET", "/v1/places/OPO/reviews", sent)).text();
    expect(await text()).not.toMatch(new RegExp(`Ling|${email}|${userId}`));
    expect(await counted(text)).toEqual({ redis: 1, postgres: 1 });
  }
});

test.each<[string, unknown, number, string]>([
  ["10 MB", { ...bodyOf("tips"), body: "a ".repeat(5_000_000) }, 413, "request.size"],
  ["250 kB", { ...bodyOf("tips"), body: "a.".repeat(125_000) }, 422, "length"],
  ["a link", { ...bodyOf("tips"), body: "See www.example.com for taxis to the centre" }, 422, "link"],
  ["an e-mail address", { ...bodyOf("tips"), body: "Write to anna@example.com for taxis" }, 422, "email_inside"],
  ["a telephone number", { ...bodyOf("tips"), body: "Call +351 21 799 4000 for taxis" }, 422, "phone_inside"],
  ["a card", { ...bodyOf("tips"), body: "Pay with 4242 4242 4242 4242 in taxis" }, 422, "card_number"],
  ["marks that turn", { ...bodyOf("tips"), body: "Take the metro \u202e it is faster" }, 422, "control"],
  [
    "heaped marks",
    { ...bodyOf("tips"), body: "Take the m\u0336\u0335\u0321\u0322\u0327etro, it is faster" },
    422,
    "marks",
  ],
])("a tip with %s is refused", async (_, body, status, code) => {
  const { token } = await a.proven();
  const refused = await a.read(await a.call("POST", "/v1/places/LIS/tips", { token, body }), status);
  if (status === 413) expect(refused.code).toBe(code);
  else expect(refused.errors).toMatchObject([{ pointer: "/body", code }]);
});

test("an account writes ten texts an hour, and a repeated key writes one", async () => {
  await redis.flushall();
  const { token } = await a.proven();
  const headers = { "idempotency-key": "one" };
  const write = (more: object = {}) => a.call("POST", "/v1/places/LIS/tips", { token, body: bodyOf("tips"), ...more });
  const [first, again] = [await write({ headers }), await write({ headers })];
  const { id } = await a.read(first, 201);
  expect((await a.read(again, 201)).id).toBe(id);
  expect(again.headers.get("location")).toBe(`/v1/tips/${id}`);
  const answers = await Promise.all(Array.from({ length: 9 }, () => write()));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
});
