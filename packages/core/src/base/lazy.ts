/** Loads the module of a verb at its first call, so that a cold start reads none of the code that few requests need. */
export function lazy<F extends (...given: never[]) => Promise<unknown>>(load: () => Promise<F>): F {
  return (async (...given: Parameters<F>) => (await load())(...given)) as unknown as F;
}
