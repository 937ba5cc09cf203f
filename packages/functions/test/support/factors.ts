import { sql } from "@travel-conductor/core/base/db";
import * as Factor from "@travel-conductor/core/factor";
import * as Session from "@travel-conductor/core/session";
import { app, authenticator } from "@travel-conductor/core/test/authenticator";
import * as a from "./client.ts";

/** A user with a proven address, signed in. */
export async function owner() {
  const { token } = await a.user();
  return ownerOf(token);
}

/** Proves the address of the user of a session. */
export async function ownerOf(token: string) {
  const { sessionId } = Session.lookup(token);
  const [row] = await sql`
    update users
       set email_verified = true
      from sessions
     where sessions.id = ${sessionId}
       and users.id = sessions.user_id
    returning users.id as "userId", users.email`;
  return { ...(row as { userId: string; email: string }), token, sessionId };
}
export type Owner = Awaited<ReturnType<typeof owner>>;

/** Adds a passkey and returns its authenticator and id. */
export async function withPasskey({ userId, sessionId }: Owner) {
  const device = authenticator();
  const at = new Date();
  const credential = device.create(await Factor.optionsToAdd(userId, sessionId, at));
  const { id } = await Factor.addPasskey(userId, sessionId, { name: "My telephone", credential }, at);
  return { device, id };
}

/** A request about a passkey of its sender. */
async function passkey(): Promise<{ path: string; token: string }> {
  const one = await owner();
  const { id } = await withPasskey(one);
  return { path: `/v1/me/factors/passkeys/${id}`, token: one.token };
}

/** Sets an app up, which is not confirmed yet. */
async function withSecret({ userId, sessionId }: Owner) {
  const { secret } = await Factor.setUpApp(userId, sessionId, new Date());
  return { code: app(secret) };
}

/** Switches the codes of an app on. */
export async function withApp(one: Owner) {
  const { code } = await withSecret(one);
  const at = new Date();
  const { recoveryCodes } = await Factor.confirmApp(one.userId, one.sessionId, { code: code(at) }, at);
  return { code, codes: recoveryCodes };
}

/** The ticket that a right password gives. */
export async function ticket(email: string): Promise<string> {
  return (await a.read(await a.call("POST", "/v1/auth/login", { body: { email, password: a.password } }), 200)).ticket;
}

type Request = a.Sent & { path: string };

/** A good request of each operation on factors. */
export const forFactors: Record<string, () => Request | Promise<Request>> = {
  "GET /v1/me/factors": async () => {
    const one = await owner();
    await withPasskey(one);
    return { path: "/v1/me/factors", token: one.token };
  },
  "PATCH /v1/me/factors": async () => {
    const one = await owner();
    await withPasskey(one);
    return { path: "/v1/me/factors", token: one.token, body: { required: true } };
  },
  "POST /v1/me/factors/passkeys/options": async () => ({
    path: "/v1/me/factors/passkeys/options",
    token: (await owner()).token,
  }),
  "POST /v1/me/factors/passkeys": async () => {
    const { userId, sessionId, token } = await owner();
    const credential = authenticator().create(await Factor.optionsToAdd(userId, sessionId, new Date()));
    return { path: "/v1/me/factors/passkeys", token, body: { name: "My telephone", credential } };
  },
  "PATCH /v1/me/factors/passkeys/{id}": async () => ({ ...(await passkey()), body: { name: "My old telephone" } }),
  "DELETE /v1/me/factors/passkeys/{id}": () => passkey(),
  "POST /v1/me/factors/totp": async () => ({ path: "/v1/me/factors/totp", token: (await owner()).token }),
  "POST /v1/me/factors/totp/confirm": async () => {
    const one = await owner();
    const { code } = await withSecret(one);
    return { path: "/v1/me/factors/totp/confirm", token: one.token, body: { code: code(new Date()) } };
  },
  "DELETE /v1/me/factors/totp": async () => {
    const one = await owner();
    await withApp(one);
    return { path: "/v1/me/factors/totp", token: one.token };
  },
  "POST /v1/me/factors/recovery-codes": async () => {
    const one = await owner();
    await withApp(one);
    return { path: "/v1/me/factors/recovery-codes", token: one.token };
  },
};
