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
 * Calls a provider as its gate allows. The call ends with `signal`, and at the latest `within` ms after it began, even
 * if the provider ignores that. A provider that throws or is cut off for taking too long (a TimeoutError) has failed;
 * one that is cut off because its answer is no longer needed (an AbortError) has not, nor has one that reports itself
 * as `skipped`.
 */
export async function callThroughGate<A extends Answer | Confirmation>(
  gate: Gate,
  name: string,
  { signal, purpose = "person" }: Call,
  work: (call: Call) => Promise<A>,
  within?: number,
): Promise<GatedResult<A | Failed>> {
  const pass = await abortable(() => gate.enter(name, purpose), signal).catch(() => undefined);
  if (!pass) return { name, answer: failed };
  if ("refused" in pass) return { name, refusal: pass };
  let answer: A | Failed;
  let abandoned = false;
  try {
    answer = await abortable((inner) => work({ signal: inner, purpose }), signal, within);
  } catch {
    answer = failed;
    abandoned = signal?.aborted === true && signal.reason?.name === "AbortError";
  }
  const unable = "providers" in answer && answer.providers?.every(({ status }) => status === "skipped");
  const outcome = abandoned || unable ? "abandoned" : answer.status;
  await gate.leave(pass, outcome, "rate" in answer ? answer.rate : undefined);
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
