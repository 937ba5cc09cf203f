import type { BaseLocationHook } from "wouter";
import { useBrowserLocation } from "wouter/use-browser-location";
import { begin } from "../ui/arrive.ts";

/** The pages that may load Stripe's script (site.ts); no other page may, and none keeps it. */
const isPayPath = (path: string) => path.startsWith("/pay/");

/** The place of the client. To the pages of payment and back the browser loads anew, as they have a policy of their own. */
export const usePlace: BaseLocationHook = (router) => {
  const [path, go] = useBrowserLocation(router);
  const move: typeof go = (to, options) => {
    if (isPayPath(String(to)) === isPayPath(path)) {
      go(to, options);
      begin();
    } else if (options?.replace) location.replace(to);
    else location.assign(to);
  };
  return [path, move];
};
