import type { OldRow } from "./old.ts";

/** An old row, what should become of it, and what should stand here. */
export type Case = [row: OldRow, fate: string, why: string[], stands?: Record<string, unknown>];

/** The id of the person that most rows belong to. */
export const a = "user_1730000000001_ann";
