import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { logger } from "../../base/log.ts";
import type { Rate } from "../provider.ts";
import * as Wire from "./wire.ts";

/** Duffel's address, and the account's token. */
export type Account = { url: string; token: string };

/**
 * One request to Duffel, and the longest it may take in all (ms). `path` is built when it is sent. It is
 * sent at most `tries` times, again only after 429, 503 and 504: more than once only where a repetition does no harm.
 */
export type Question = {
  method: "GET" | "POST";
  path: () => string;
  data?: unknown;
  patience: number;
  tries: number;
  signal: AbortSignal | undefined;
};

/**
 * The outcome. `refused` did nothing, with Duffel's code; `busy` is over the rate; `failed` (no answer, too late, no
 * JSON, 5xx) may or may not have been done.
 */
export type Reply = { rate?: Rate } & (
  | { status: "ok"; http: number; data: unknown; after: string | null }
  | { status: "refused"; http: number; code: string }
  | { status: "busy" }
  | { status: "failed" }
);

/** With less time left (ms) a repetition is useless: Duffel gives airlines at least two seconds. */
const minRetryMs = 3_000;

/** Sends the request, and repeats it where Duffel allows while there is time. Never throws. */
export async function request(account: Account, question: Question): Promise<Reply> {
  const until = Date.now() + question.patience;
  const limit = AbortSignal.timeout(question.patience);
  const signal = question.signal ? AbortSignal.any([question.signal, limit]) : limit;
  for (let sent = 1; ; sent++) {
    const { reply, again } = await send(account, question, signal);
    const wait = again?.(sent);
    if (wait === undefined || sent >= question.tries || Date.now() + wait + minRetryMs > until) return reply;
    await pause(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return reply;
  }
}

/** The rate in a reply, for the answer that is made of it. */
export function rateOfReply({ rate }: Reply): { rate?: Rate } {
  return rate ? { rate } : {};
}

/** `again` returns in how many ms a repetition is allowed after this number of tries. */
type Sent = { reply: Reply; again?: (sent: number) => number };

async function send(account: Account, question: Question, signal: AbortSignal): Promise<Sent> {
  const { method, path, data } = question;
  const url = new URL(path(), account.url);
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${account.token}`,
      "duffel-version": "v2",
      ...(data === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
    // Redirects are not followed, because the token must not go elsewhere.
    redirect: "error",
    signal,
  }).catch(() => undefined);
  const body: unknown = await response?.json().catch(() => undefined);
  const rate = response && rateOf(response.headers);
  const told = readReply(response?.status ?? 0, body);
  if (told.status !== "ok" && !question.signal?.aborted) {
    const { request_id } = v.is(Wire.Refusal, body) ? (body.meta ?? {}) : {};
    const code = told.status === "refused" ? told.code : undefined;
    logger.warn(`duffel.${told.status}`, { method, path: url.pathname, http: response?.status, code, request_id });
  }
  const reply: Reply = rate ? { ...told, rate } : told;
  if (response?.status === 429) return { reply, again: (sent) => untilReset(rate) ?? backOff(sent) };
  return response?.status === 503 || response?.status === 504 ? { reply, again: backOff } : { reply };
}

function readReply(http: number, body: unknown): Reply {
  if (http === 429) return { status: "busy" };
  if (http >= 200 && http < 300) {
    const parsed = v.safeParse(Wire.Envelope, body);
    return parsed.success
      ? { status: "ok", http, data: parsed.output.data, after: parsed.output.meta?.after ?? null }
      : { status: "failed" };
  }
  // 408 came too late for an answer, but the work may have been done.
  if (http < 400 || http >= 500 || http === 408) return { status: "failed" };
  const code = v.is(Wire.Refusal, body) ? (body.errors[0]?.code ?? "") : "";
  return { status: "refused", http, code: code || `http_${http}` };
}

/**
 * A quarter of a second, half, … each up to half as long again or shorter, so that requests refused together are not
 * repeated together.
 */
function backOff(sent: number): number {
  return 125 * 2 ** sent * (0.5 + Math.random());
}

/** Milliseconds until the rate is reset, if that lies ahead by this machine's clock. */
function untilReset(rate: Rate | undefined): number | undefined {
  const wait = rate ? Date.parse(rate.resetsAt) - Date.now() : 0;
  return wait > 0 ? wait : undefined;
}

/** https://duffel.com/docs/api/overview/response-handling: three headers on every answer, the last an HTTP date. */
function rateOf(headers: Headers): Rate | undefined {
  const [limit = "", remaining = "", reset = ""] = ["limit", "remaining", "reset"].map(
    (name) => headers.get(`ratelimit-${name}`) ?? "",
  );
  const told = [limit, remaining].every((count) => /^\d{1,9}$/.test(count)) && / GMT$/.test(reset);
  const resets = new Date(reset);
  if (!told || Number.isNaN(resets.getTime())) return undefined;
  return { limit: Number(limit), remaining: Number(remaining), resetsAt: resets.toISOString() };
}
