import { domainToASCII } from "node:url";
import { signedFetch } from "./aws.ts";
import { env } from "./env.ts";

const askSes = signedFetch("ses");

/** What SES answered: `code` is the name of its error, or `unreachable`. */
export type Answer = { ok: true; body: Record<string, unknown> } | { ok: false; code: string };

/**
 * Runs one operation of SES's API, version 2 (https://docs.aws.amazon.com/ses/latest/APIReference-V2), and waits
 * `timeout` ms for its answer. Never throws.
 */
export async function callSes(method: string, path: string, body?: object, timeout = 10_000): Promise<Answer> {
  const endpoint = env.AWS_ENDPOINT_URL_SESV2 ?? `https://email.${env.AWS_REGION}.amazonaws.com`;
  try {
    const response = await askSes(new URL(path, endpoint).href, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout),
    });
    if (response.ok) return { ok: true, body: JSON.parse((await response.text()) || "{}") as Record<string, unknown> };
    const code = /^\w+/.exec(response.headers.get("x-amzn-errortype") ?? "")?.[0];
    return { ok: false, code: code ?? `HTTP ${response.status}` };
  } catch {
    return { ok: false, code: "unreachable" };
  }
}

/** An address as SES knows it: a domain in letters of any script in its ASCII form; before the @, SES knows ASCII alone. */
export function asciiAddress(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1))}`;
}
