import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { prepareWords, WithLanguage } from "./words/words.tsx";

/** How the screens that people land on look at first, by the answers to what src/first.ts asks for their views. */
const views: Record<string, () => Promise<(answers: unknown[]) => ReactNode>> = {
  "search/ResultsView.tsx": async () => (await import("./search/ResultsView.tsx")).drawResults,
  "watch/WatchView.tsx": async () => (await import("./watch/WatchView.tsx")).drawWatch,
};

/**
 * What is drawn before the client. `loaded` resolves once what draws it has come, `seen` once it is seen; both also where
 * that cannot be. `leave` ends it: nothing is drawn any more, and what is there stays for the client to go on with. It
 * says whether there is something.
 */
export type Landing = { loaded: Promise<void>; seen: Promise<void>; leave: () => boolean };

/** Draws what people land on from its first answers, before the client has come. */
export function land(): Landing {
  const place = document.getElementById("content")!;
  const view = waitForFirst().then(() => views[globalThis.view ?? ""]?.());
  let root: ReturnType<typeof createRoot> | undefined;
  let isLeft = false;
  const show = async () => {
    const draw = await view;
    const answers = [...(globalThis.early?.values() ?? [])];
    if (!draw || answers.length === 0) return;
    const [given] = await Promise.all([Promise.all(answers.map(read)), prepareWords()]);
    if (isLeft) return;
    const drawing = createRoot(place);
    drawing.render(<WithLanguage>{draw(given)}</WithLanguage>);
    root = drawing;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  };
  // What does not come is said by the client.
  const ended = () => undefined;
  return {
    loaded: view.then(ended, ended),
    seen: show().catch(ended),
    leave: () => {
      isLeft = true;
      const drawn = [...place.childNodes];
      root?.unmount();
      place.replaceChildren(...drawn);
      return root !== undefined;
    },
  };
}

/** Resolves when the questions of src/first.ts are on their way: that script was asked for first, and may be late. */
async function waitForFirst(): Promise<void> {
  const first = document.querySelector<HTMLScriptElement>("script[async]");
  if (first) await import(/* @vite-ignore */ first.src).catch(() => undefined);
}

/** Reads an answer, which stays unread for the client. @throws where it is none, or a refusal */
async function read(answer: Promise<Response>): Promise<unknown> {
  const copy = (await answer).clone();
  if (!copy.ok) throw new Error(`refused: ${copy.status}`);
  return copy.json();
}
