/** How many times more a random test runs than in `npm test`: 1 there, and `npm run fuzz` states it. */
export const factor = Number(process.env.FUZZ ?? 1);

/** The number of runs of a random test that takes long, of which `usual` are enough for each change. */
export const runs = (usual: number) => Math.ceil(usual * factor);
