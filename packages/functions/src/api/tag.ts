import type { Context } from "hono";

/** Whether the request names this entity tag in If-None-Match, by the weak comparison of RFC 9110. */
export function knows(c: Context, tag: string): boolean {
  const known = (c.req.header("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return known.includes(tag) || known.includes("*");
}
