/**
 * The text, or its longest beginning with `…` for which `fits` is true: the empty text where none is. Never cuts a
 * character in two.
 */
export function cut(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const characters = [...text];
  let [low, high] = [0, characters.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(`${characters.slice(0, middle).join("")}…`)) low = middle;
    else high = middle - 1;
  }
  const best = `${characters.slice(0, low).join("").trimEnd()}…`;
  return low > 0 && fits(best) ? best : "";
}

/** Writes a title and a text as `whole` does, and cuts them until that fits: the text first, then the title. */
export function cutBoth<T>(
  note: { title: string; text: string },
  whole: (title: string, text: string) => T,
  fits: (whole: T) => boolean,
): T {
  const text = cut(note.text, (text) => fits(whole(note.title, text)));
  return whole(
    cut(note.title, (title) => fits(whole(title, text))),
    text,
  );
}
