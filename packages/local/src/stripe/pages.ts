import { parseAddress } from "@travel-conductor/core/base/address";
import { Refusal } from "./answer.ts";
import type { Intents } from "./intents.ts";
import { cardPage, challengePage, deadPage, pageHeaders } from "./page.ts";
import type { Setups } from "./setups.ts";
import type { State } from "./state.ts";

type Page = { status: number; body: string; headers: Record<string, string> };

/** A refused card, as its page says it. */
const sentence = "The card was declined. Try another one.";

/**
 * The pages that play the browser's and the bank's part: `/pay/card` and `/pay/challenge`, with `client_secret` and
 * `return_url`. The way back carries what Stripe's carries: the object's id and `redirect_status`.
 */
export function createPages(state: State, setups: Setups, intents: Intents) {
  const find = (secret: string) =>
    [...Object.values(state.setups), ...Object.values(state.intents)].find((each) => each.client_secret === secret);

  function back(to: URL, id: string, passed: boolean): Page {
    to.searchParams.set(id.startsWith("seti_") ? "setup_intent" : "payment_intent", id);
    to.searchParams.set("redirect_status", passed ? "succeeded" : "failed");
    return { status: 303, body: "", headers: { location: to.href, "cache-control": "no-store" } };
  }

  /** Only a page of this machine is led back to: another site could have sent the link. */
  function returnUrl(text: string | null): URL | undefined {
    const url = text === null ? undefined : parseAddress(text);
    return url && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) ? url : undefined;
  }

  return async (method: string, path: string, query: URLSearchParams, form: Record<string, unknown>): Promise<Page> => {
    const show = async (body: ReturnType<typeof cardPage>, status = 200) => ({
      status,
      body: String(await body),
      headers: pageHeaders,
    });
    const found = find(query.get("client_secret") ?? "");
    const to = returnUrl(query.get("return_url"));
    if (!found || !to) return show(deadPage(), 404);
    if (found.status === "requires_action") {
      if (method !== "POST" || path !== "/pay/challenge") return show(challengePage(query.toString()));
      const passed = form.answer === "yes";
      const answer = found.id.startsWith("seti_") ? setups.answerSetup : intents.answerIntent;
      const { status } = answer(found.id, passed);
      return back(to, found.id, status === "succeeded" || status === "requires_capture");
    }
    if (!found.id.startsWith("seti_") || found.status !== "requires_payment_method" || path !== "/pay/card")
      return show(deadPage(), 404);
    if (method !== "POST") return show(cardPage(query.toString()));
    try {
      const { status } = setups.enterCard(found.id, form as Parameters<typeof setups.enterCard>[1]);
      return status === "requires_action" ? show(challengePage(query.toString())) : back(to, found.id, true);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return show(cardPage(query.toString(), sentence), 402);
    }
  };
}
