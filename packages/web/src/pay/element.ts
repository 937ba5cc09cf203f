import type { Stripe, StripeElements } from "@stripe/stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import type { Challenge } from "../data/payments.ts";

type Policies = {
  createPolicy: (name: "default", rules: { createScriptURL: (url: string) => string }) => unknown;
};

/** Stripe's script and what it loads come from its own hosts; any other script is refused. */
function allowScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  trustedTypes?.createPolicy("default", {
    createScriptURL(url) {
      if (/^https:\/\/([\w-]+\.)*js\.stripe\.com\//.test(url)) return url;
      throw new TypeError("only Stripe's scripts are loaded here");
    },
  });
}

let loaded: Promise<Stripe> | undefined;

async function stripe(publicKey: string): Promise<Stripe> {
  loaded ??= (async () => {
    allowScripts();
    const made = await loadStripe(publicKey);
    if (!made) throw new Error("no browser");
    return made;
  })();
  return loaded;
}

/** Stripe's element, in its own frame; `save` gives its card to Stripe, and says in Stripe's words why it was not taken. */
export type CardElement = { save: (back: string) => Promise<string | null> };

export async function showElement(
  { clientSecret, publicKey }: Challenge,
  place: HTMLElement,
  { locale, dark }: { locale: string; dark: boolean },
): Promise<CardElement> {
  const client = await stripe(publicKey);
  const elements: StripeElements = client.elements({
    clientSecret,
    locale: locale.startsWith("de") ? "de" : "en-GB",
    appearance: { theme: dark ? "night" : "stripe" },
  });
  elements.create("payment").mount(place);
  return {
    async save(back) {
      const { error } = await client.confirmSetup({
        elements,
        redirect: "if_required",
        confirmParams: { return_url: back },
      });
      return error ? (error.message ?? "") : null;
    },
  };
}

/** Lets the bank ask for the person, over this page. @returns why it failed, in Stripe's words; null where it passed */
export async function askBank({ clientSecret, publicKey }: Challenge): Promise<string | null> {
  const { error } = await (await stripe(publicKey)).handleNextAction({ clientSecret });
  return error ? (error.message ?? "") : null;
}
