import { createHmac, timingSafeEqual } from "node:crypto";
import { messageSecrets } from "../base/messagesecret.ts";

/** What a link in a message does, by a button on the page that it opens. */
export const purposes = ["snooze", "stop", "booked", "unsubscribe", "keep"] as const;
export type Purpose = (typeof purposes)[number];

/** One purpose, for one person, and for one watch where it is about one; it works until `until` (seconds since 1970). */
export type Signed = { purpose: Purpose; userId: string; watchId: string | null; until: number };

const macBytes = 16;

/** Writes a link's token: what it is for, signed with the stage's secret. */
export function signLink(what: Signed): string {
  const content = JSON.stringify([what.purpose, what.userId, what.watchId, what.until]);
  return Buffer.concat([mac(content, messageSecrets()[0]), Buffer.from(content)]).toString("base64url");
}

/** The address of the page that says what a link will do, and does it on a button. No server sees what is behind #. */
export const signedUrl = (app: string, what: Signed): string => new URL(`/do#token=${signLink(what)}`, app).href;

/** The headers with which a mail program unsubscribes by itself (RFC 8058): it posts to the API, without a page. */
export function unsubscribeHeaders(app: string, userId: string, until: number): Record<string, string> {
  const token = signLink({ purpose: "unsubscribe", userId, watchId: null, until });
  return {
    "List-Unsubscribe": `<${new URL(`/v1/links/unsubscribe?token=${token}`, app).href}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

/** Reads a token that we signed and that has not expired at `real`; undefined for any other. */
export function readLink(token: string, real: Date): Signed | undefined {
  const bytes = Buffer.from(token, "base64url");
  const given = bytes.subarray(0, macBytes);
  const content = bytes.subarray(macBytes).toString();
  if (given.length < macBytes || bytes.toString("base64url") !== token) return undefined;
  if (!messageSecrets().some((secret) => timingSafeEqual(mac(content, secret), given))) return undefined;
  const [purpose, userId, watchId, until] = JSON.parse(content) as [Purpose, string, string | null, number];
  return until * 1000 > real.getTime() ? { purpose, userId, watchId, until } : undefined;
}

function mac(content: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(`link ${content}`).digest().subarray(0, macBytes);
}
