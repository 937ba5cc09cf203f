import { useEffect, useState } from "react";

let hasDrawn = false;

/**
 * True until a screen that waited for its answer, or the page's first screen, has been drawn once: what is below its
 * first part would keep that waiting. Where the answer was here already all is drawn at once, so that a page that is
 * gone back to has its height.
 */
export function useFirst(isPending: boolean): boolean {
  const [isFirst, setFirst] = useState(isPending || !hasDrawn);
  useEffect(() => {
    hasDrawn = true;
    if (isPending || !isFirst) return;
    let timer: ReturnType<typeof setTimeout>;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setFirst(false), 50);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isPending, isFirst]);
  return isFirst;
}
