import { setTimeout } from "node:timers/promises";
import { orFallback, redis } from "../../base/cache.ts";
import { env } from "../../base/env.ts";
import { isReachable } from "../../base/mailbox.ts";
import { asciiAddress, callSes } from "../../base/ses.ts";
import { type Letter, withStyles } from "../layout.ts";
import type { Outcome, Sender } from "../outcome.ts";
import { readAccount } from "./account.ts";
import { createPace } from "./pace.ts";

/** Sends a letter to one address. `id` goes into a header and a tag, so that a letter sent twice can be recognised. */
export type Send = (id: string, to: string, letter: Letter, requestId?: string | null) => Promise<Outcome>;

/** Sends letters by `send`, by default SES. */
export function createMail(send: Send = ses()): Sender {
  return async ({ id, requestId, email, data, channel }, words, real) => {
    if ("expiresAt" in data && Date.parse(data.expiresAt) <= real.getTime())
      return { status: "refused", code: "expired" };
    if (email === null || !isReachable(email)) return { status: "refused", code: "no address" };
    if (channel && channel.status !== "on") return { status: "refused", code: `channel ${channel.status}` };
    return send(id, email, words as Letter, requestId);
  };
}

/**
 * SES's SendEmail (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html), no faster than the account
 * may send. What becomes of a letter is reported through the configuration set.
 */
export function ses(): Send {
  const { MAIL_FROM, SES_CONFIGURATION_SET } = env;
  if (!MAIL_FROM) throw new Error("MAIL_FROM is not set, so no mail can be sent. See deploy.md.");
  const utf8 = (text: string) => ({ Data: text, Charset: "UTF-8" });

  return async (id, to, { subject, text, html, headers = {} }, requestId) => {
    await paced();
    const answer = await callSes("POST", "/v2/email/outbound-emails", {
      FromEmailAddress: MAIL_FROM,
      Destination: { ToAddresses: [asciiAddress(to)] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(withStyles(html)) },
          Headers: [
            { Name: "X-Message", Value: id },
            ...(requestId ? [{ Name: "X-Request-Id", Value: requestId }] : []),
            { Name: "Auto-Submitted", Value: "auto-generated" },
            ...Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
          ],
        },
      },
      EmailTags: [{ Name: "message", Value: id }],
      ...(SES_CONFIGURATION_SET && { ConfigurationSetName: SES_CONFIGURATION_SET }),
    });
    if (answer.ok) return { status: "sent", providerId: String(answer.body.MessageId) };
    // Any other error may come from our own account or set-up and be corrected, so the message is delayed.
    return { status: answer.code === "BadRequestException" ? "refused" : "delayed", code: answer.code };
  };
}

/** One pace for all letters of this process; the slots of a second are counted in Redis, for all processes together. */
const paced = createPace({
  now: Date.now,
  wait: setTimeout,
  rate: async () => (await readAccount(Date.now()))?.rate ?? null,
  take: async (second, count, whole) => {
    const key = `mail:second:${second}`;
    const asked = redis.pipeline().incrby(key, count).expire(key, 60).exec<[number, number]>();
    const answer = await orFallback<[number, number] | null>(asked, null);
    return answer === null ? null : Math.max(0, Math.min(count, whole - (answer[0] - count)));
  },
});
