import type { Offer } from "../data/flights.ts";
import type { Names } from "../data/names.ts";
import type { Draft } from "./draft.ts";

/** What the steps share. */
export type StepProps = {
  offer: Offer;
  names: Names;
  draft: Draft;
  change: (changed: Partial<Draft>) => void;
  next: () => void;
};
