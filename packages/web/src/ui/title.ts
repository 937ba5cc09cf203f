import { useEffect } from "react";
import { useWords } from "../words/words.tsx";
import { arrive } from "./arrive.ts";

/** Names the page for the tab of the browser and for screen readers, which begin to read a new screen at its heading. */
export function useTitle(title: string): void {
  const { name } = useWords();
  useEffect(() => {
    document.title = title === "" ? name : `${title} · ${name}`;
    arrive();
  }, [title, name]);
}
