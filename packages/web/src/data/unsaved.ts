import { useEffect } from "react";
import { useDraft } from "./drafts.ts";
import { isSignedIn } from "./me.ts";

/**
 * What a form holds until it is saved: it outlives a session that ends in the middle. A form that is left begins anew;
 * one that `keeps` long texts begins with them again, until `forget` is called.
 */
export function useUnsaved<Draft>(form: string, start: () => Draft, keeps = false) {
  const unsaved = useDraft(form, start);
  useEffect(() => {
    return () => {
      if (!keeps && isSignedIn()) unsaved.forget();
    };
  }, []);
  return unsaved;
}
