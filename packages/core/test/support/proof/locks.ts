import { setTimeout as wait } from "node:timers/promises";
import { sql } from "../../../src/base/db.ts";
import { throughProxy } from "./proxy.ts";

/** A piece of the settling statement, and its replacements: for the first settling, the second and so on. */
export type Cut = [piece: string, ...instead: string[]];

/** Returns whether a request is, or contains, the settling statement. */
function settles(body: string): boolean {
  return body.includes("insert into price_observations");
}

/** Runs `work` with pieces cut out of every settling statement. @throws Error when a piece was not found */
export async function withoutPieces(cuts: Cut[], work: () => Promise<unknown>): Promise<void> {
  const found = new Set<string>();
  let settled = 0;
  const there = (body: string) => {
    if (!settles(body)) return body;
    const nth = settled++;
    return cuts.reduce((text, [piece, ...instead]) => {
      if (text.includes(piece)) found.add(piece);
      return text.replaceAll(piece, instead[nth] ?? "");
    }, body);
  };
  await throughProxy({ there }, work);
  for (const [piece] of cuts) {
    if (!found.has(piece)) throw new Error(`the statement that settles no longer has "${piece}"`);
  }
}

/** Locks the rows that `rows` selects until the returned function is called. */
export async function lockRows(rows: ReturnType<typeof sql>): Promise<() => Promise<void>> {
  const held = sql.transaction([rows, sql`select pg_sleep(60)`]).catch(() => undefined);
  await until("PgSleep", 1);
  return async () => {
    await sql`select pg_cancel_backend(pid) from pg_stat_activity where ${waits("PgSleep")}`;
    await held;
  };
}

/** Waits until this number of statements wait for locked rows. */
export async function waitUntilBlocked(statements: number): Promise<void> {
  await until("Lock", statements);
}

async function until(what: "Lock" | "PgSleep", statements: number): Promise<void> {
  for (;;) {
    const waiting = await sql`select from pg_stat_activity where ${waits(what)}`;
    if (waiting.length >= statements) return;
    await wait(5);
  }
}

function waits(what: "Lock" | "PgSleep") {
  return sql`datname = current_database() and ${what} in (wait_event, wait_event_type)`;
}
