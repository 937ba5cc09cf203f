import type { Pages } from "../data/pages.ts";
import { useWords } from "../words/words.tsx";
import { Action } from "./Button.tsx";
import { FaultOf } from "./faults.tsx";

/** Fetches the next page of a list, where there is one. */
export function More<Answer>({ of }: { of: Pages<Answer> }) {
  const { more } = useWords();
  if (!of.hasNextPage) return null;
  return (
    <>
      {of.isFetchNextPageError && <FaultOf error={of.error} />}
      <Action onClick={() => void of.fetchNextPage()} busy={of.isFetching}>
        {more}
      </Action>
    </>
  );
}
