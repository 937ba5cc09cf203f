import { type ComponentType, lazy } from "react";

export type Screen = ComponentType<{ params: Record<string, string | undefined> }>;

/** A screen that is loaded when it is opened. Those of src/first.ts come beside the client, not after it. */
export const screen = (load: () => Promise<Screen>) => lazy(async () => ({ default: await load() }));
