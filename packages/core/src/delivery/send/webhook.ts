import { createHmac } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { messageSecrets } from "../../base/messagesecret.ts";
import { createSend, type Network, type Reply, send, Unreachable } from "../../base/reach.ts";
import * as Channel from "../../channel.ts";
import type { Claimed } from "../claim.ts";
import type { EventWords } from "../event.ts";
import type { Outcome, Sender } from "../outcome.ts";

/** For how long after a rotation events are signed with the secret before too (ms). */
const bothFor = 24 * 3_600_000;

/** How much of an answer is kept for the log (bytes). */
const mostKept = 1_024;

/**
 * Sends events as Standard Webhooks says (https://www.standardwebhooks.com): the id of the message, the moment of the
 * try, and a signature with each secret that its owner may hold. A 2xx is a receipt and 410 the end of the address.
 * Anything else, also a redirect, is tried again. `network` is that of a test.
 */
export function createWebhook(network?: Network): Sender {
  const request = network ? createSend(network) : send;
  return async ({ id, channel }, words, real) => {
    if (!channel?.sealed) return { status: "refused", code: "no address" };
    const { openOpening, webhookSecret } = await Channel.opening();
    const opening = openOpening<{ url: string }>(channel.id, channel.sealed);
    // A secret of the stage is missing, which its operators may put back.
    if (!opening) return { status: "delayed", code: "unreadable address" };
    const { body } = words as EventWords;
    const seconds = Math.floor(real.getTime() / 1000);
    const signatures = versionsAt(channel, real)
      .flatMap((version) => messageSecrets().map((secret) => webhookSecret(channel.id, version, secret)))
      .map((secret) => `v1,${createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64")}`);
    try {
      const reply = await request(opening.url, {
        headers: {
          "content-type": "application/json",
          "user-agent": "TravelConductor/1",
          "webhook-id": id,
          "webhook-timestamp": String(seconds),
          "webhook-signature": signatures.join(" "),
        },
        body,
      });
      return { ...outcomeOf(reply, real), answer: startOf(reply.body) };
    } catch (error) {
      return { status: "delayed", code: codeOf(error) };
    }
  };
}

/** The versions of the secret that its owner may hold at `real`, the present one first. */
function versionsAt({ version, versionAt }: NonNullable<Claimed["channel"]>, real: Date): number[] {
  return version > 1 && real.getTime() < versionAt + bothFor ? [version, version - 1] : [version];
}

function outcomeOf({ status, headers }: Reply, real: Date): Outcome {
  if (status >= 200 && status < 300) return { status: "sent" };
  const code = `HTTP ${status}`;
  if (status === 410) return { status: "refused", code, gone: true };
  const after = secondsOf(headers["retry-after"], real);
  return { status: "delayed", code, ...(after === undefined ? {} : { after }) };
}

/** Seconds, or a date as HTTP writes it (RFC 9110, section 10.2.3); undefined for anything else, and for the past. */
function secondsOf(header: string | undefined, real: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header)) return undefined;
  const seconds = Math.ceil((Date.parse(header) - real.getTime()) / 1000);
  return seconds > 0 ? seconds : undefined;
}

/** Text that Postgres can hold: without NUL, and without the half of a character at the end. */
const startOf = (body: Buffer) => new StringDecoder("utf8").write(body.subarray(0, mostKept)).replaceAll("\0", "");

function codeOf(error: unknown): string {
  if (error instanceof Unreachable) return "no public address";
  const { name = "", code = "" } = error as { name?: string; code?: string };
  if (name === "AbortError" || name === "TimeoutError") return "timeout";
  return code === "" ? "unreachable" : String(code);
}
