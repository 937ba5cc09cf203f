import type { Old } from "./old.ts";

/** The Postgres that rows were moved to: what node-postgres answers. */
export type Here = { query: (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }> };

/**
 * What is verified. `ats` are the moments of the imports in order, and `at` is the last of them; `newest` is the latest
 * moment that the old files hold.
 */
export type Context = { old: Old; others: Old[]; here: Here; at: Date; ats: Date[]; newest: string; report: Report };

/** What was found in a table. */
export type Tally = { expected: number; here: number; differences: number; changed: number };

/** Says each difference at once, so that a million of them need no memory, and counts them. */
export class Report {
  readonly tallies = new Map<string, Tally>();
  private readonly say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  of(table: string): Tally {
    const tally = this.tallies.get(table) ?? { expected: 0, here: 0, differences: 0, changed: 0 };
    this.tallies.set(table, tally);
    return tally;
  }

  difference(table: string, id: string, what: string): void {
    this.of(table).differences++;
    this.say(`DIFFERENT ${table} ${JSON.stringify(id)}: ${what}`);
  }

  /** A row that was changed here since it was moved: no fault. */
  changed(table: string, id: string, what: string): void {
    this.of(table).changed++;
    this.say(`changed here ${table} ${JSON.stringify(id)}: ${what}`);
  }

  line(text: string): void {
    this.say(text);
  }
}
