import { logger } from "../../base/log.ts";
import type { Answer, Call, Confirmation, Rate } from "../provider.ts";
import type { Gate } from "./gate.ts";
import type { RefusalReason } from "./script.ts";

/**
 * Why a provider is not asked; `rate` says when it may be. `unable` means that it does not support the currency or the
 * question.
 */
export type Refusal = { refused: RefusalReason | "unable"; rate?: Rate };

/** The outcome of a call through the gate: the provider's own answer, or the refusal. */
export type GatedResult<A> = { name: string } & ({ answer: A } | { refusal: Refusal });

type Failed = { status: "provider_error"; offers: [] };
const failed: Failed = { status: "provider_error", offers: [] };

/**
 * Calls a provider as its gate allows. The call ends with `signal`, and at the latest after `withinMs` milliseconds,
 * even if the provider ignores that. A provider that throws has failed, and so has one that had `patienceMs` and did
 * not answer. One that is cut off earlier has not, because its caller gave it too little time or no longer needs the
 * answer; nor has one that reports itself as `skipped`, or a failure as one of the question alone.
 */
export async function callThroughGate<A extends Answer | Confirmation>(
  gate: Gate,
  name: string,
  { signal, ...call }: Call,
  patienceMs: number,
  work: (call: Call) => Promise<A>,
): Promise<GatedResult<A | Failed>> {
  const { purpose = "person", withinMs } = call;
  const pass = await abortable(() => gate.enter(name, { ...call, purpose }), signal).catch(() => undefined);
  if (!pass) return { name, answer: failed };
  if ("refused" in pass) return { name, refusal: pass };
  let answer: A | Failed;
  let abandoned = false;
  const startedAt = performance.now();
  let cut = false;
  try {
    const told = (inner: AbortSignal) => {
      inner.addEventListener("abort", () => (cut = true), { once: true });
      return work({ ...call, purpose, signal: inner });
    };
    answer = await abortable(told, signal, withinMs);
  } catch {
    answer = failed;
    abandoned = cut && performance.now() - startedAt < patienceMs;
  }
  const unable = "providers" in answer && answer.providers?.every(({ status }) => status === "skipped");
  const uncounted = abandoned || unable || ("ofQuestion" in answer && answer.ofQuestion);
  const outcome = uncounted ? "abandoned" : answer.status;
  if (outcome === "provider_error" || outcome === "rate_limited") {
    const milliseconds = Math.round(performance.now() - startedAt);
    logger.warn("provider call failed", { provider: name, purpose, outcome, milliseconds });
  }
  const told = gate.leave(pass, outcome, "rate" in answer ? answer.rate : undefined);
  // A sweep goes on with its next fare, whose request leaves together with this report, and then settles.
  if (purpose === "person") await told;
  return unable ? { name, refusal: { refused: "unable" } } : { name, answer };
}

/** Runs `work` until `outer` aborts or the time is over: then it rejects, whatever `work` does about its signal. */
async function abortable<T>(
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
  within?: number,
): Promise<T> {
  outer?.throwIfAborted();
  const inner = new AbortController();
  const end = () => inner.abort(outer?.reason);
  const late = () => inner.abort(new DOMException("It took too long.", "TimeoutError"));
  const timer = within === undefined ? undefined : setTimeout(late, within);
  outer?.addEventListener("abort", end, { once: true });
  const over = new Promise<never>((_, reject) => {
    inner.signal.addEventListener("abort", () => reject(inner.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(inner.signal), over]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", end);
  }
}
