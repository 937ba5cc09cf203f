import { realNow } from "@travel-conductor/core/base/time";
import * as Factor from "@travel-conductor/core/factor";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { clientOf } from "../caller.ts";
import { forget, keyOf, remember, tokenOf } from "../cookie.ts";
import { limited, limitedCode, limitedLogin, limitedSignup } from "../limit.ts";
import { operation } from "../operation.ts";
import { sessionOnly } from "../scope.ts";
import { served } from "../served.ts";
import { signedIn, unauthenticated } from "../session.ts";

const password = "nine small green boats";
const link = "Zm91ciBzY29yZSBhbmQgdHdlbnR5LWZvdXIgeWVhcnM";
const credential = {
  id: "YQ",
  rawId: "YQ",
  type: "public-key",
  response: { clientDataJSON: "e30", authenticatorData: "YQ", signature: "YQ" },
};
const unacceptable = ["user.password_common", "user.password_email"];

/** The user, and the session: its token is missing where the request asked for the cookie alone. */
const SignedIn = v.object({
  user: User.Info,
  session: v.object({ token: v.optional(Session.Info.entries.token), expiresAt: Session.Info.entries.expiresAt }),
});

export const auth = new Hono()
  .post(
    "/signup",
    operation({
      summary: "Make an account and sign in",
      body: User.Create,
      example: { email: "ada@example.com", password, firstName: "Ada", lastName: "Ling" },
      status: 201,
      answer: SignedIn,
      problems: { 409: ["user.email_taken"], 422: unacceptable },
    }),
    limitedSignup,
    async (c) => c.json(rememberSession(c, await User.create(c.req.valid("json"), realNow(), clientOf(c))), 201),
  )
  .post(
    "/login",
    operation({
      summary: "Sign in, or get a ticket where the account asks for a code too",
      body: User.Login,
      example: { email: "ada@example.com", password },
      answer: v.union([SignedIn, User.Ticket]),
      problems: { 401: ["user.credentials", "session.outrun"] },
    }),
    served("SignIns"),
    limitedLogin,
    async (c) => {
      const answer = await User.login(c.req.valid("json"), realNow(), clientOf(c));
      return c.json("ticket" in answer ? answer : rememberSession(c, answer));
    },
  )
  .post(
    "/login/code",
    operation({
      summary: "End a sign-in by a code of an app, or by a recovery code",
      body: User.LoginCode,
      example: { ticket: link, code: "123456" },
      answer: SignedIn,
      problems: { 401: ["user.ticket", "factor.code", "session.outrun"], 503: ["factor.unavailable"] },
    }),
    served("SignIns"),
    limitedCode,
    async (c) => c.json(rememberSession(c, await User.loginByCode(c.req.valid("json"), realNow(), clientOf(c)))),
  )
  .post(
    "/passkey/options",
    operation({ summary: "Ask for a challenge, to sign in by a passkey", answer: Factor.UseOptions }),
    limited("challenge"),
    async (c) => c.json(await Factor.optionsToSignIn(realNow())),
  )
  .post(
    "/passkey",
    operation({
      summary: "Sign in by a passkey, without address and password",
      body: User.LoginPasskey,
      example: { credential },
      answer: SignedIn,
      problems: { 401: ["passkey.refused", "session.outrun"] },
    }),
    served("SignIns"),
    limited("login"),
    async (c) => c.json(rememberSession(c, await User.loginByPasskey(c.req.valid("json"), realNow(), clientOf(c)))),
  )
  .post(
    "/logout",
    operation({ summary: "Sign out", status: 204, session: true, problems: { 503: ["session.unavailable"] } }),
    limited("general"),
    async (c) => {
      const given = tokenOf(c);
      if (given === undefined) throw unauthenticated();
      if (keyOf(c) !== undefined) throw sessionOnly();
      await Session.logout(given, clientOf(c));
      forget(c);
      return c.body(null, 204);
    },
  )
  .post(
    "/verify",
    operation({
      summary: "Prove an e-mail address by the link that was sent there",
      body: User.Verify,
      example: { token: link },
      status: 204,
      problems: { 422: ["token.invalid"] },
    }),
    limited("general"),
    async (c) => {
      await User.verify(c.req.valid("json"), realNow());
      return c.body(null, 204);
    },
  )
  .post(
    "/verify/resend",
    operation({
      summary: "Send that link again",
      body: User.Address,
      example: { email: "ada@example.com" },
      status: 202,
    }),
    limited("resend"),
    async (c) => {
      await User.resend(c.req.valid("json"), realNow());
      return c.body(null, 202);
    },
  )
  .post(
    "/reset",
    operation({
      summary: "Send a link that sets a new password",
      body: User.Address,
      example: { email: "ada@example.com" },
      status: 202,
    }),
    limited("forgotten"),
    async (c) => {
      await User.requestReset(c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 202);
    },
  )
  .post(
    "/reset/confirm",
    operation({
      summary: "Set a new password by that link, and sign out everywhere",
      body: User.Reset,
      example: { token: link, password },
      status: 204,
      problems: { 422: ["token.invalid", ...unacceptable], 503: ["session.unavailable"] },
    }),
    limited("general"),
    async (c) => {
      await User.reset(c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/email/confirm",
    operation({
      summary: "Confirm another e-mail address by one of the two links; the second changes it",
      body: User.Verify,
      example: { token: link },
      answer: v.object({ changed: v.boolean() }),
      problems: { 409: ["user.email_taken"], 422: ["token.invalid"] },
    }),
    limited("general"),
    async (c) => c.json(await User.confirmEmail(c.req.valid("json"), realNow(), clientOf(c))),
  )
  .post(
    "/reauthenticate",
    operation({
      summary: "Give the password again, for what asks for it, with a code where the account asks for one",
      body: User.Reauthenticate,
      example: { password },
      status: 204,
      problems: { 401: ["user.credentials", "factor.needed", "factor.code"], 503: ["factor.unavailable"] },
    }),
    signedIn,
    limited("login"),
    async (c) => {
      const { userId, sessionId } = c.var;
      await User.reauthenticate(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/reauthenticate/passkey/options",
    operation({ summary: "Ask for a challenge, to use a passkey in place of the password", answer: Factor.UseOptions }),
    signedIn,
    async (c) => c.json(await Factor.optionsToReauthenticate(c.var.sessionId, realNow())),
  )
  .post(
    "/reauthenticate/passkey",
    operation({
      summary: "Use a passkey in place of giving the password again",
      body: Factor.UsePasskey,
      example: { credential },
      status: 204,
      problems: { 401: ["passkey.refused"] },
    }),
    signedIn,
    limited("login"),
    async (c) => {
      const { userId, sessionId } = c.var;
      await Factor.reauthenticate(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      return c.body(null, 204);
    },
  );

/** The answer to a sign-in. The browser stores the token and its device id; the answer has the token unless asked not to. */
function rememberSession(c: Context, { user, session }: User.SignedIn): v.InferOutput<typeof SignedIn> {
  remember(c, session.token);
  const given = c.req.valid("json" as never) as { session?: "token" | "cookie" };
  return { user, session: given.session === "cookie" ? { expiresAt: session.expiresAt } : session };
}
