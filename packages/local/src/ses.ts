import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { eventOf, type SesEvent, simulated } from "./ses/event.ts";
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

/** What the account may do: how many letters a second, and whether to any address (else it is in the sandbox). */
type Account = { rate: number; isProduction: boolean };

/**
 * SES's API in front of a mailbox in memory, newest message first. It sends no mail and keeps the last 500 messages.
 * `suppressed` are the addresses on the account's list, and `account` what it may do: both may be changed. `listen` hears
 * each event that the configuration set would publish.
 */
export type SesGateway = Server & {
  mailbox: Mail[];
  suppressed: Set<string>;
  account: Account;
  listen: (listener: (event: SesEvent) => void) => void;
};

/** The seconds over which the rate is counted. */
const burst = 10;

/** The one configuration set that there is. */
export const configurationSet = "travel-conductor";

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
  EmailTags: v.optional(v.array(v.strictObject({ Name: Tag, Value: Tag })), []),
  ConfigurationSetName: v.optional(v.string()),
});

/**
 * Speaks the protocol of SES's SendEmail, GetAccount and DeleteSuppressedDestination to callers that sign with `key`.
 * Accepts mail only from `from`, the one address that counts as verified. Simulator addresses and those on the list do in
 * its events what they do at SES.
 */
export async function startSes(key: Key, from: string, port = 0): Promise<SesGateway> {
  const mailbox: Mail[] = [];
  const suppressed = new Set<string>();
  const account: Account = { rate: 100_000, isProduction: true };
  const listeners: ((event: SesEvent) => void)[] = [];
  /** When the letters of the last ten seconds were accepted (ms): short bursts above the rate are let through, as at SES. */
  const accepted: number[] = [];

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const known = [...Object.entries(operations)].find(([route]) =>
      `${request.method} ${request.url}`.startsWith(route),
    );
    if (!known) return refused(404, "UnknownOperationException", "There is no such operation");
    if (!signed("ses", key, request, body))
      return refused(403, "InvalidSignatureException", "The signature does not match the request");
    return known[1](request, body);
  }

  const operations: Record<string, (request: IncomingMessage, body: Buffer) => Answer> = {
    "POST /v2/email/outbound-emails": sendEmail,
    "GET /v2/email/account": () => ({
      status: 200,
      body: {
        DedicatedIpAutoWarmupEnabled: false,
        EnforcementStatus: "HEALTHY",
        ProductionAccessEnabled: account.isProduction,
        SendingEnabled: true,
        SendQuota: { Max24HourSend: 50_000, MaxSendRate: account.rate, SentLast24Hours: mailbox.length },
      },
    }),
    "DELETE /v2/email/suppression/addresses/": ({ url = "" }) => {
      const address = decodeURIComponent(url.split("/").at(-1) ?? "");
      return suppressed.delete(address)
        ? { status: 200, body: {} }
        : refused(404, "NotFoundException", `Email address ${address} does not exist on your suppression list.`);
    },
  };

  function sendEmail(request: IncomingMessage, body: Buffer): Answer {
    if (!/^application\/(x-amz-json-1\.1|json)/.test(request.headers["content-type"] ?? ""))
      return refused(400, "SerializationException", "The body is not JSON");
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SendEmail), body.toString());
    if (!parsed.success) {
      const [issue] = parsed.issues;
      return refused(400, "BadRequestException", `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
    }
    const { FromEmailAddress, Destination, Content, EmailTags, ConfigurationSetName } = parsed.output;
    const { Subject, Body, Headers } = Content.Simple;
    if (FromEmailAddress !== from)
      return refused(400, "MessageRejected", `Email address is not verified: ${FromEmailAddress}`);
    if (ConfigurationSetName !== undefined && ConfigurationSetName !== configurationSet)
      return refused(404, "NotFoundException", `Configuration set <${ConfigurationSetName}> does not exist.`);
    const at = new Date();
    while (accepted[0] !== undefined && accepted[0] <= at.getTime() - burst * 1_000) accepted.shift();
    if (accepted.length >= account.rate * burst + 1)
      return refused(429, "TooManyRequestsException", "Maximum sending rate exceeded.");
    accepted.push(at.getTime());
    const id = randomUUID();
    const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
    for (const to of Destination.ToAddresses) {
      const fault = suppressed.has(to) ? "suppressed" : simulated(to);
      if (fault && ConfigurationSetName)
        setImmediate(() => {
          const sent = { id, from: FromEmailAddress, to, subject: Subject.Data, tags };
          for (const listener of listeners) listener(eventOf(fault, sent, at));
        });
    }
    mailbox.unshift({
      id,
      at: at.toISOString(),
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

  const listen = (listener: (event: SesEvent) => void) => listeners.push(listener);
  return { ...(await serve(answer, limit, port)), mailbox, suppressed, account, listen };
}

function refused(status: number, type: string, message: string): Answer {
  return { status, body: { message }, headers: { "x-amzn-errortype": type } };
}
