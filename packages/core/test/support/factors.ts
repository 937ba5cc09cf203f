import { sql } from "../../src/base/db.ts";
import * as Factor from "../../src/factor.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import { app, authenticator } from "./authenticator.ts";
import * as a from "./factory.ts";

/** A user with a proven address, signed in at `at`. */
export async function owner(at = new Date()) {
  const { user, session } = await User.create(a.signup(), at);
  await sql`update users set email_verified = true where users.id = ${user.id}`;
  const { sessionId } = Session.lookup(session.token);
  return { userId: user.id, email: user.email, token: session.token, sessionId, at };
}
export type Owner = Awaited<ReturnType<typeof owner>>;

/** Adds a passkey and returns its authenticator and id. */
export async function withPasskey({ userId, sessionId, at }: Owner, kind: { synced?: boolean } = {}) {
  const device = authenticator(kind);
  const credential = device.create(await Factor.optionsToAdd(userId, sessionId, at));
  const { id } = await Factor.addPasskey(userId, sessionId, { name: "My telephone", credential }, at);
  return { device, id };
}

/** Switches the codes of an app on; `code(at)` is what the app shows, `codes` are the recovery codes. */
export async function withApp({ userId, sessionId, at }: Owner) {
  const { secret } = await Factor.setUpApp(userId, sessionId, at);
  const code = app(secret);
  const { recoveryCodes } = await Factor.confirmApp(userId, sessionId, { code: code(at) }, at);
  return { secret, code, codes: recoveryCodes };
}

/** The first step of a sign-in where a code is asked for. */
export async function ticket(email: string, at: Date): Promise<string> {
  const answer = await User.login({ email, password: a.password }, at);
  if (!("ticket" in answer)) throw new Error("no code is asked for");
  return answer.ticket;
}
