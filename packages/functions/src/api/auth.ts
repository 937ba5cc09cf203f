import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { takes } from "./operation.ts";
import { forget, remember, token, unsigned } from "./session.ts";

const Signed = v.object({ user: User.Info, session: Session.Info });
const password = "nine small green boats";

export const auth = new Hono()
  .post(
    "/signup",
    takes({
      summary: "Make an account and sign in",
      body: User.Create,
      example: { email: "ada@example.com", password, firstName: "Ada", lastName: "Ling" },
      status: 201,
      answer: Signed,
      problems: { 409: ["user.email_taken"] },
    }),
    async (c) => {
      const user = await User.create(c.req.valid("json"), new Date());
      return c.json({ user, session: await start(c, user.id) }, 201);
    },
  )
  .post(
    "/login",
    takes({
      summary: "Sign in",
      body: User.Login,
      example: { email: "ada@example.com", password },
      answer: Signed,
      problems: { 401: ["user.credentials"] },
    }),
    async (c) => {
      const userId = await User.authenticate(c.req.valid("json"));
      return c.json({ user: await User.get(userId), session: await start(c, userId) });
    },
  )
  .post(
    "/logout",
    takes({ summary: "Sign out", status: 204, session: true, problems: { 503: ["session.unavailable"] } }),
    async (c) => {
      const given = token(c);
      if (given === undefined) throw unsigned();
      await Session.end(given);
      forget(c);
      return c.body(null, 204);
    },
  );

async function start(c: Context, userId: string): Promise<Session.Info> {
  const session = await Session.create(userId, new Date());
  remember(c, session.token);
  return session;
}
