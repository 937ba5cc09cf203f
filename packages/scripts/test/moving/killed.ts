import { expect } from "vitest";

type Runner = (path: string, more?: { onStatement?: () => void }) => Promise<unknown>;

/**
 * Has a run die before each of its statements, from number `first` to `end`, then runs it whole: the state is `whole`
 * each time. `begin` makes what a run finds, and returns the file's path.
 */
export async function dieBeforeEach(
  [first, end]: [first: number, end: number],
  run: Runner,
  begin: () => Promise<string>,
  state: () => Promise<string>,
  whole: string,
): Promise<void> {
  for (let last = first; last < end; last++) {
    const path = await begin();
    let left = last;
    const onStatement = () => {
      if (--left < 0) throw new Error("killed");
    };
    await expect(run(path, { onStatement })).rejects.toThrow("killed");
    await run(path);
    expect(await state(), `killed before statement ${last}`).toBe(whole);
  }
}
