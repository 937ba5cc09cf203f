import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { type Key, signed } from "./signature.ts";

/** A message as SES accepted it. `at` is UTC, RFC 3339; `headers` have their names as sent. */
export type Mail = {
  id: string;
  at: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

/**
 * SES's API in front of a mailbox in memory, newest message first. It sends no mail and keeps the last 500 messages.
 */
export type SesGateway = Server & { mailbox: Mail[] };

/** The size limit of a request in bytes: SES's own limit for a message. */
const limit = 40 * 1024 * 1024;

const line = v.pipe(v.string(), v.nonEmpty(), v.regex(/^[^\r\n]*$/, "must be one line"));
const Text = v.strictObject({ Data: v.string(), Charset: v.optional(v.literal("UTF-8")) });
/** One mailbox, in ASCII on both sides of the @: SES has no SMTPUTF8. */
const Address = v.pipe(
  v.string(),
  v.maxLength(320),
  v.regex(/^[!-?A-Z^-~]{1,64}@([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/i, "is not an ASCII address"),
);
const Tag = v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/));

/**
 * The fields of SendEmail (SES API version 2) that the product uses. Any other field is refused, so that a misspelling
 * is noticed.
 */
const SendEmail = v.strictObject({
  FromEmailAddress: line,
  Destination: v.strictObject({ ToAddresses: v.pipe(v.array(Address), v.minLength(1), v.maxLength(50)) }),
  Content: v.strictObject({
    Simple: v.strictObject({
      Subject: v.strictObject({ Data: line, Charset: v.optional(v.literal("UTF-8")) }),
      Body: v.strictObject({ Text: Text, Html: Text }),
      Headers: v.optional(
        v.pipe(
          v.array(
            v.strictObject({
              Name: v.pipe(v.string(), v.regex(/^[!-9;-~]{1,126}$/)),
              Value: v.pipe(v.string(), v.regex(/^[ -~]{1,870}$/)),
            }),
          ),
          v.maxLength(15),
        ),
        [],
      ),
    }),
  }),
  EmailTags: v.optional(v.array(v.strictObject({ Name: Tag, Value: Tag }))),
});

/**
 * Speaks the protocol of SES's `POST /v2/email/outbound-emails` to callers that sign with `key`. Accepts mail only from
 * `from`, the one address that counts as verified.
 */
export async function startSes(key: Key, from: string, port = 0): Promise<SesGateway> {
  const mailbox: Mail[] = [];

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    if (request.method !== "POST" || request.url !== "/v2/email/outbound-emails")
      return refused(404, "UnknownOperationException", "There is no such operation");
    if (!signed("ses", key, request, body))
      return refused(403, "InvalidSignatureException", "The signature does not match the request");
    if (!/^application\/(x-amz-json-1\.1|json)/.test(request.headers["content-type"] ?? ""))
      return refused(400, "SerializationException", "The body is not JSON");
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SendEmail), body.toString());
    if (!parsed.success) {
      const [issue] = parsed.issues;
      return refused(400, "BadRequestException", `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
    }
    const { FromEmailAddress, Destination, Content } = parsed.output;
    const { Subject, Body, Headers } = Content.Simple;
    if (FromEmailAddress !== from)
      return refused(400, "MessageRejected", `Email address is not verified: ${FromEmailAddress}`);
    const id = randomUUID();
    mailbox.unshift({
      id,
      at: new Date().toISOString(),
      from: FromEmailAddress,
      to: Destination.ToAddresses,
      subject: Subject.Data,
      text: Body.Text.Data,
      html: Body.Html.Data,
      headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
    });
    mailbox.splice(500);
    return { status: 200, body: { MessageId: id } };
  }

  return { ...(await serve(answer, limit, port)), mailbox };
}

function refused(status: number, type: string, message: string): Answer {
  return { status, body: { message }, headers: { "x-amzn-errortype": type } };
}
