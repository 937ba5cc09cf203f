import { useTold } from "../ui/told.ts";
import { usePostTexts } from "../words/posts.ts";

/** An error about a text, in the reader's language. */
export function useToldPost(error: Error | null): Error | null {
  const { codes, faults } = usePostTexts();
  return useTold(error, codes, faults);
}
