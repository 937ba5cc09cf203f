import { useEffect, useState } from "react";
import { carried } from "../data/drafts.ts";

/**
 * What stands behind `#` in the link of a mail, which no server sees. It leaves the address at once, and is kept in this
 * page's memory alone, so that the way to sign in and back does not lose it.
 */
export function useLink(): URLSearchParams {
  const [link] = useState(() => new URLSearchParams(carried(`link ${location.pathname}`, location.hash.slice(1))));
  useEffect(() => {
    if (location.hash !== "") history.replaceState(null, "", location.pathname);
  }, []);
  return link;
}
