import { isSignedIn, useMe } from "./me.ts";
import { currencyOf } from "./regions.ts";

/** The currency of a search that names none: that of the browser's region, unless the person has set one. */
export function useOwnCurrency(locale: string): string | undefined {
  const { data: me } = useMe();
  // The API knows what a person has set; whether one is set is not known before the person is.
  const isLeft = me ? me.currency !== null : isSignedIn();
  return isLeft ? undefined : currencyOf(locale);
}
