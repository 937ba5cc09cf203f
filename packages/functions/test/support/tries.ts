import * as a from "./client.ts";

/** A sign-in with a wrong password. */
export const wrong = (email: string, sent: a.Sent = {}) =>
  a.call("POST", "/v1/auth/login", { ...sent, body: { email, password: "not this one" } });
/** A sign-in with the right password. */
export const right = (email: string, sent: a.Sent = {}) =>
  a.call("POST", "/v1/auth/login", { ...sent, body: { email, password: a.password } });

/** How many of `times` requests, 25 at once, passed; the end of a window in between lets a few more pass. */
export async function through(times: number, send: (n: number) => Promise<Response>): Promise<number> {
  let passed = 0;
  for (let at = 0; at < times; at += 25) {
    const part = Array.from({ length: Math.min(25, times - at) }, (_, n) => send(at + n));
    passed += (await Promise.all(part)).filter(({ status }) => status !== 429).length;
  }
  return passed;
}
