/**
 * Plots of recorded prices. Pure functions without imports of Node or of other domains, so that the web client, which
 * otherwise imports only types, draws with the same code as the commands.
 */
export { type Check, type History, layOut, type Mark, type Plot, type Size } from "./plot/layout.ts";
export { layOutRanges, type Range, type RangePlot, type Ranges } from "./plot/ranges.ts";
export { quartiles, steps, ticks } from "./plot/scale.ts";
export { caption, picture } from "./plot/svg.ts";
