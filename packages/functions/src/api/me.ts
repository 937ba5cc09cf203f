import * as User from "@travel-conductor/core/user";
import { Hono } from "hono";
import * as v from "valibot";
import { takes } from "./operation.ts";
import { signedIn } from "./session.ts";

export const me = new Hono()
  .use(signedIn)
  .get(
    "/",
    takes({ summary: "Who is signed in", answer: v.object({ user: User.Info }), problems: { 404: ["user.missing"] } }),
    async (c) => c.json({ user: await User.get(c.var.userId) }),
  );
