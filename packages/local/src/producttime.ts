import { productNow, realNow, turnProductTime } from "@travel-conductor/core/base/time";
import pg from "pg";
import { Trouble } from "./trouble.ts";

export { productNow };

/** Product time of this run: `speed` seconds of it pass in a second. `stop` writes down how far it has come. */
export type ProductTime = { speed: number; stop: () => Promise<void> };

/** How often the moment is written down (ms of real time), and how far ahead of itself. */
const writeMs = 1_000;
const aheadMs = 5_000;

const units: Record<string, number> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** Reads a speed, such as `1h/s`, `30min/s` or `1d/s`: how many seconds of product time pass in a second, 1 to 86,400. */
export function parseSpeed(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})(s|m|min|h|d)\/s$/.exec(text) ?? [];
  const speed = Number(count) * (units[unit] ?? 0);
  if (speed >= 1 && speed <= 86_400) return speed;
  throw new Trouble(
    `--speed is how much product time passes in a second, from 1s/s to 1d/s, such as 1h/s, not ${text}`,
  );
}

/** The opposite of `parseSpeed`. */
export function formatSpeed(speed: number): string {
  const [unit, seconds] = Object.entries({ d: 86_400, h: 3_600, min: 60, s: 1 }).find(
    ([, each]) => speed % each === 0,
  )!;
  return `${speed / seconds}${unit}/s`;
}

/**
 * Turns product time at `speed`, from where the last run on this database left it, and never from before real time. It
 * is kept in the database itself, in a schema that the product does not know. What is written down is some seconds
 * ahead, so that product time never runs back, even when this process is killed. Without `speed` product time is real
 * time.
 * @throws Trouble without `speed`, when product time of this database has been turned
 */
export async function startProductTime(database: string, speed: number | undefined): Promise<ProductTime | undefined> {
  const pool = new pg.Pool({ connectionString: database, max: 1 });
  pool.on("error", () => undefined);
  try {
    const kept = await readMoment(pool);
    if (speed === undefined) {
      await pool.end();
      if (!kept) return undefined;
      throw new Trouble(
        `Product time of this data has been turned on to ${kept.toISOString()}: go on with npm start -- --speed 1h/s, ` +
          "or begin anew with npm start -- --fresh.",
      );
    }
    await pool.query(`
      create schema if not exists local;
      create table if not exists local.product_time (moment timestamptz not null);
      insert into local.product_time select now() where not exists (select from local.product_time)`);
    const real = realNow();
    turnProductTime(kept && kept > real ? kept : real, speed);
    const write = (ahead: number) =>
      pool.query("update local.product_time set moment = $1", [new Date(productNow().getTime() + ahead * speed)]);
    await write(aheadMs);
    const timer = setInterval(() => {
      write(aheadMs).catch((error: Error) => console.error("Product time is not written down:", error.message));
    }, writeMs);
    return {
      speed,
      stop: async () => {
        clearInterval(timer);
        await write(0).finally(() => pool.end());
      },
    };
  } catch (error) {
    if (!pool.ended) await pool.end();
    throw error;
  }
}

/** The moment that product time of this database has come to; undefined where it has never been turned. */
async function readMoment(pool: pg.Pool): Promise<Date | undefined> {
  const { rows } = await pool.query("select to_regclass('local.product_time') is not null as turned");
  if (!rows[0].turned) return undefined;
  const found = await pool.query("select moment from local.product_time");
  return found.rows[0]?.moment;
}
