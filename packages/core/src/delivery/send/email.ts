import { domainToASCII } from "node:url";
import { aws, env } from "../../base/env.ts";
import type { Letter } from "../layout.ts";
import type { Outcome, Sender } from "../outcome.ts";

/** Sends a letter to one address. `id` goes into a header and a tag, so that a letter sent twice can be recognised. */
export type Send = (id: string, to: string, letter: Letter) => Promise<Outcome>;

/** Sends letters by `send`, by default SES. */
export function createMail(send: Send = ses()): Sender {
  return async ({ id, email, data }, words, real) => {
    if ("expiresAt" in data && Date.parse(data.expiresAt) <= real.getTime())
      return { status: "refused", code: "expired" };
    if (email === null) return { status: "refused", code: "no address" };
    return send(id, email, words as Letter);
  };
}

/** SES's API, version 2: SendEmail (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). */
export function ses(): Send {
  const { MAIL_FROM, AWS_REGION, AWS_ENDPOINT_URL_SESV2 } = env;
  if (!MAIL_FROM) throw new Error("MAIL_FROM is not set, so no mail can be sent. See deploy.md.");
  const client = aws("ses", 0);
  const endpoint = AWS_ENDPOINT_URL_SESV2 ?? `https://email.${AWS_REGION}.amazonaws.com`;
  const utf8 = (text: string) => ({ Data: text, Charset: "UTF-8" });

  return async (id, to, { subject, text, html, headers = {} }) => {
    const request = {
      FromEmailAddress: MAIL_FROM,
      Destination: { ToAddresses: [ascii(to)] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(html) },
          Headers: [
            { Name: "X-Message", Value: id },
            { Name: "Auto-Submitted", Value: "auto-generated" },
            ...Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
          ],
        },
      },
      EmailTags: [{ Name: "message", Value: id }],
    };
    try {
      const response = await client.fetch(new URL("/v2/email/outbound-emails", endpoint).href, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(10_000),
      });
      if (response.ok)
        return { status: "sent", providerId: ((await response.json()) as { MessageId: string }).MessageId };
      const code = /^\w+/.exec(response.headers.get("x-amzn-errortype") ?? "")?.[0] ?? `HTTP ${response.status}`;
      // Any other error may come from our own account or set-up and be corrected, so the message is delayed.
      return { status: code === "BadRequestException" ? "refused" : "delayed", code };
    } catch {
      return { status: "delayed", code: "unreachable" };
    }
  };
}

/** A domain in letters of any script is sent in its ASCII form; before the @, SES knows ASCII alone. */
function ascii(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1))}`;
}
