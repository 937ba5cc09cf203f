import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

/** A gateway to Redis. */
type Redis = { url: string; token: string };

/** The least work of any search: a handler that sends Redis one pipeline and answers a text. Both are given. */
export function bare({ url, token }: Redis, commands: () => string, answer: string) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const app = new Hono().get("/v1/flights", async (c) => {
    const response = await fetch(`${url}/pipeline`, { method: "POST", headers, body: commands() });
    await response.json();
    return c.body(answer, 200, { "content-type": "application/json" });
  });
  return handle(app);
}
