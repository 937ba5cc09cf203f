import { verifyBookings } from "./bookings.ts";
import { type Context, type Here, Report } from "./context.ts";
import { copyPrivately } from "./copy.ts";
import { Old } from "./old.ts";
import { noteAccounts } from "./owner.ts";
import { verifySearches } from "./searches.ts";
import { verifyTravelers } from "./travelers.ts";
import { verifyUsers } from "./users.ts";
import { verifyWatches } from "./watches.ts";

/** `paths`: the old files, the one with the accounts first. `ats`: the moment of each import, one at least. */
export type Question = { paths: string[]; here: Here; ats: Date[]; say: (line: string) => void };

/**
 * Compares what is here with what the decision table of packages/docs/moving-in.md makes of the old files, and says each
 * difference, then a line for each table. `here` should be one transaction that sees one state of the database.
 * @returns how many differences there are
 * @throws Refused when a file cannot be read
 */
export async function verify({ paths, here, ats, say }: Question): Promise<number> {
  const inOrder = ats.toSorted((one, other) => one.getTime() - other.getTime());
  const at = inOrder.at(-1)!;
  const opened: { old: Old; remove: () => Promise<void> }[] = [];
  const report = new Report(say);
  try {
    for (const path of paths) {
      const copy = await copyPrivately(path);
      try {
        opened.push({ old: new Old(copy.path), remove: copy.remove });
      } catch (error) {
        await copy.remove();
        throw error;
      }
    }
    const [first, ...others] = opened.map(({ old }) => old);
    if (!first) return 0;
    await verifyAll({ old: first, others, here, at, ats: inOrder, newest: newestOf([first, ...others]), report });
  } finally {
    for (const { old, remove } of opened) {
      old.close();
      await remove();
    }
  }
  for (const [table, { expected, here, differences, changed }] of report.tallies)
    say(`${table}: ${expected} expected, ${here} here, ${differences} differences, ${changed} changed here since`);
  return [...report.tallies.values()].reduce((sum, { differences }) => sum + differences, 0);
}

async function verifyAll(context: Context): Promise<void> {
  await noteAccounts(context);
  await verifyUsers(context);
  await verifyWatches(context);
  await verifyBookings(context);
  await verifySearches(context);
  await verifyTravelers(context);
}

/** The latest moment that the files hold: what has a later one was changed here. */
function newestOf(files: Old[]): string {
  const moments = files.flatMap((file) => [
    ...["created_at", "updated_at"].map((column) => file.latest("users", column)),
    ...["createdAt", "updatedAt"].map((column) => file.latest("watches", column)),
    ...["created_at", "booking_date"].map((column) => file.latest("bookings", column)),
    ...["created_at", "updated_at"].map((column) => file.latest("passenger_profiles", column)),
    file.latest("searches", "searched_at"),
  ]);
  return moments.sort().at(-1) ?? "";
}
