import { lazy, Suspense, useState } from "react";
import { useLocation } from "wouter";
import { isMovedSeen, keepMovedSeen, type Moved } from "../data/movednote.ts";

const Mark = lazy(async () => ({ default: (await import("../moved/Mark.tsx")).Mark }));
const Note = lazy(async () => ({ default: (await import("../moved/Note.tsx")).Note }));

/** The quiet mark of what was moved in; nothing for what was made here. */
export function MovedMark({ of }: { of: Moved }) {
  if (!of) return null;
  return (
    <Suspense fallback={null}>
      <Mark why={of.why} />
    </Suspense>
  );
}

/** Says once to a person whose account was moved in how much came with it; the page behind it says it anyway. */
export function MovedNote({ of }: { of: Moved }) {
  const [isSeen, setSeen] = useState(isMovedSeen);
  const [path] = useLocation();
  if (!of || isSeen || path === "/moved") return null;
  const close = () => {
    keepMovedSeen();
    setSeen(true);
  };
  return (
    <Suspense fallback={null}>
      <Note onClose={close} />
    </Suspense>
  );
}
