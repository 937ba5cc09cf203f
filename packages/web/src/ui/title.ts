import { useEffect } from "react";
import { useWords } from "../words/words.tsx";

/** Names the page for the tab of the browser and for screen readers. */
export function useTitle(title: string): void {
  const { name } = useWords();
  useEffect(() => {
    document.title = title === "" ? name : `${title} · ${name}`;
  }, [title, name]);
}
