import { outcomeOf } from "./fate.ts";
import type { Mover } from "./move.ts";

/** Every person signs in anew. */
export const sessions: Mover<never> = {
  source: "sessions",
  rows: (old) => old.rows(`select * from ${old.from("sessions")}`),
  look: async () => undefined,
  decide: async (given) => given.map(({ id, row }) => ({ outcome: outcomeOf(id, row, "left", "session") })),
  statements: () => [],
};
