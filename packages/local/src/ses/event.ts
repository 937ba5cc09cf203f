/** A letter as an event names it; `tags` are the sender's. */
export type Sent = { id: string; from: string; to: string; subject: string; tags: Record<string, string[]> };

/** An event of SES as it publishes it to a topic. */
export type SesEvent = { eventType: "Bounce" | "Complaint"; mail: object; bounce?: object; complaint?: object };

type Fault = "bounce" | "complaint" | "suppressionlist" | "ooto" | "suppressed";

/**
 * What becomes of a letter to one of SES's simulator addresses (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html),
 * also with a label, as bounce+one@simulator.amazonses.com; undefined for any other address.
 */
export function simulated(address: string): Fault | undefined {
  const [, name] =
    /^(bounce|complaint|suppressionlist|ooto)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address) ?? [];
  return name?.toLowerCase() as Fault | undefined;
}

/** The event of a letter that came back, was complained of, or was answered by an automatic reply. */
export function eventOf(fault: Fault, sent: Sent, at: Date): SesEvent {
  const timestamp = at.toISOString();
  const mail = mailOf(sent, at);
  const feedbackId = `0102${sent.id.replaceAll("-", "").slice(0, 12)}-${sent.id}-000000`;
  const emailAddress = sent.to;
  if (fault === "complaint") {
    const complainedRecipients = [{ emailAddress }];
    return {
      eventType: "Complaint",
      mail,
      complaint: {
        feedbackId,
        complaintSubType: null,
        complainedRecipients,
        timestamp,
        userAgent: "Amazon SES Mailbox Simulator",
        complaintFeedbackType: "abuse",
        arrivalDate: timestamp,
      },
    };
  }
  const common = { feedbackId, timestamp, reportingMTA: "dsn; a8-80.smtp-out.amazonses.com" };
  // An automatic reply names no status of a mail server.
  const bounces = {
    bounce: {
      bounceType: "Permanent",
      bounceSubType: "General",
      bouncedRecipients: [
        { emailAddress, action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user unknown" },
      ],
    },
    suppressionlist: {
      bounceType: "Permanent",
      bounceSubType: "Suppressed",
      bouncedRecipients: [
        {
          emailAddress,
          action: "failed",
          status: "5.1.1",
          diagnosticCode: "Amazon SES has suppressed sending to this address",
        },
      ],
    },
    suppressed: {
      bounceType: "Permanent",
      bounceSubType: "OnAccountSuppressionList",
      bouncedRecipients: [
        {
          emailAddress,
          action: "failed",
          status: "5.1.1",
          diagnosticCode:
            "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
        },
      ],
    },
    ooto: { bounceType: "Transient", bounceSubType: "General", bouncedRecipients: [{ emailAddress }] },
  };
  return { eventType: "Bounce", mail, bounce: { ...bounces[fault], ...common } };
}

function mailOf({ id, from, to, subject, tags }: Sent, at: Date): object {
  return {
    timestamp: at.toISOString(),
    source: from,
    sourceArn: "arn:aws:ses:us-east-1:000000000000:identity/example.com",
    sendingAccountId: "000000000000",
    messageId: id,
    destination: [to],
    headersTruncated: false,
    headers: [{ name: "Subject", value: subject }],
    commonHeaders: { from: [from], to: [to], messageId: id, subject },
    tags: { "ses:configuration-set": ["travel-conductor"], ...tags },
  };
}
