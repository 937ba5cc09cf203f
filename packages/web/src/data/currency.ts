import { hasKeptCurrency, isSignedIn, useMe } from "./me.ts";
import { currencyOf } from "./regions.ts";

/**
 * The currency of a search that names none: that of the browser's region, unless the person has set one. What this
 * browser kept of that counts until the form `isUsed`: a screen that only shows it asks nothing.
 */
export function useOwnCurrency(locale: string, isUsed: boolean): string | undefined {
  const kept = hasKeptCurrency();
  const { data: me } = useMe(isUsed || kept === null);
  // The API knows what a person has set; whether one is set is not known before the person is.
  const isLeft = me ? me.currency !== null : isSignedIn() && kept !== false;
  return isLeft ? undefined : currencyOf(locale);
}
