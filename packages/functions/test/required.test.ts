import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { document, operations } from "./support/document.ts";
import * as f from "./support/factors.ts";

const refused = { code: "factor.required" };
/** Where an account may require a second factor: also to have flights held later, which takes its travelers. */
const guarded = /^(\w+ \/v1\/(bookings|travelers|payment-methods|me\/export)(\/|$)|POST .*\/auto-hold$)/;

/** An account that requires a second factor, its session with one, and a session by the password alone. */
async function required() {
  const one = await f.owner();
  const { device } = await f.withPasskey(one);
  const body = { required: true };
  const answer = await a.read(await a.call("PATCH", "/v1/me/factors", { token: one.token, body }), 200);
  expect(answer).toMatchObject({ required: true, passkeys: [{}] });
  const login = { email: one.email, password: a.password };
  const { session } = await a.read(await a.call("POST", "/v1/auth/login", { body: login }), 200);
  return { ...one, device, byPassword: session.token as string };
}

/** A path of the operation with ids that exist nowhere, and a query that it takes. */
function path(key: string): string {
  const [method = "", pattern = ""] = key.split(" ");
  const { parameters = [] } = document.paths[pattern]?.[method.toLowerCase()] ?? {};
  const form = (name = "") => parameters.find((one) => one.name === name)?.schema as { pattern?: string } | undefined;
  const address = pattern.replace(/\{(\w+)\}/g, (_, name) => {
    const [, prefix = ""] = /^\^([a-z]+_)/.exec(form(name)?.pattern ?? "") ?? [];
    return `${prefix}${"0".repeat(26)}`;
  });
  return pattern.startsWith("/v1/me/export/") ? `${address}?token=${"x".repeat(43)}` : address;
}

test("every route of bookings, travelers, cards and exports refuses the password alone, and a key", async () => {
  const one = await required();
  const { key } = await a.key(one.token, ["export"]);
  const behind = operations.filter(({ key }) => guarded.test(key));
  expect(behind.length).toBeGreaterThan(25);
  const send = ({ method, key: name, example }: (typeof behind)[number], token: string) => {
    const body = method === "POST" || method === "PATCH" ? { body: example } : {};
    return a.call(method, path(name), { token, ...body, headers: { "idempotency-key": name } });
  };
  for (const operation of behind) {
    expect(await a.read(await send(operation, one.byPassword), 403), operation.key).toMatchObject(refused);
    if (operation.scope) expect(await a.read(await send(operation, key), 403), operation.key).toMatchObject(refused);
    const answer = document.paths[operation.path]?.[operation.method.toLowerCase()]?.responses[403];
    expect(answer?.content?.["application/problem+json"]?.schema.allOf[1].properties.code.enum).toContain(
      "factor.required",
    );
  }
  const { id } = await a.watch(one.token);
  for (const open of ["/v1/me", "/v1/watches", `/v1/watches/${id}/auto-hold`, "/v1/me/factors"])
    expect((await a.call("GET", open, { token: one.byPassword })).status).toBe(200);
  for (const mine of ["/v1/bookings", "/v1/travelers", "/v1/payment-methods"])
    expect((await a.call("GET", mine, { token: one.token })).status).toBe(200);
});

test("a passkey in the session opens them at once, and so does the end of the requirement for another session", async () => {
  const one = await required();
  const read = async (token: string) => (await a.call("GET", "/v1/travelers", { token })).status;
  const proven = one.byPassword;
  const login = { email: one.email, password: a.password };
  const { session } = await a.read(await a.call("POST", "/v1/auth/login", { body: login }), 200);
  expect([await read(proven), await read(session.token)]).toEqual([403, 403]);
  const way = "/v1/auth/reauthenticate/passkey";
  const options = await a.read(await a.call("POST", `${way}/options`, { token: proven }), 200);
  const body = { credential: one.device.get(options) };
  expect((await a.call("POST", way, { token: proven, body })).status).toBe(204);
  expect([await read(proven), await read(session.token)]).toEqual([200, 403]);
  const off = { token: proven, body: { required: false } };
  expect(await a.read(await a.call("PATCH", "/v1/me/factors", off), 200)).toMatchObject({ required: false });
  expect(await read(session.token)).toBe(200);
});

test("a required factor costs no request, and a refusal one", async () => {
  const [one, other] = [await required(), await f.owner()];
  // The session that switched it on is not cached for ten minutes: one that began later is.
  const body = { credential: one.device.get(await optionsToSignIn()) };
  const { session } = await a.read(await a.call("POST", "/v1/auth/passkey", { body }), 200);
  const costs = async (token: string) => {
    await a.call("GET", "/v1/travelers", { token });
    return counted(async () => void (await a.call("GET", "/v1/travelers", { token })));
  };
  const usual = await costs(other.token);
  expect(usual).toEqual({ redis: 1, postgres: 1 });
  expect(await costs(session.token)).toEqual(usual);
  expect(await costs(one.byPassword)).toEqual({ redis: 1, postgres: 1 });
});

const optionsToSignIn = async () => a.read(await a.call("POST", "/v1/auth/passkey/options", {}), 200);
