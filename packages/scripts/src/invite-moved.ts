import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { realNow } from "@travel-conductor/core/base/time";
import * as Outbox from "@travel-conductor/core/outbox";
import * as User from "@travel-conductor/core/user";

const usage = "Use: npm run invite-moved -- [--limit n] [--dry-run]";

/**
 * Queues the letters to those whose accounts were moved in, and reports by `say`. The environment is the product's.
 * @throws Error with a sentence for the operator when an argument is wrong
 */
export async function inviteMoved(args: string[], say: (line: string) => void): Promise<void> {
  const { limit, isDry } = parse(args);
  const at = realNow();
  const { queued, unreachable, until } = await User.invite(at, { ...(limit && { limit }), isDry });
  if (!isDry) await Outbox.wakeAfter(at);
  const letters = queued === 1 ? "1 letter" : `${queued} letters`;
  say(isDry ? `${letters} would be queued.` : `${letters} queued${until ? `, the last one for ${until}` : ""}.`);
  if (unreachable > 0) say(`${unreachable} of the accounts looked at have no address for a letter.`);
}

function parse(args: string[]): { limit: number | undefined; isDry: boolean } {
  const options = { limit: { type: "string" }, "dry-run": { type: "boolean", default: false } } as const;
  try {
    const { limit, "dry-run": isDry } = parseArgs({ args, options }).values;
    if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) throw new Error("limit");
    return { limit: limit === undefined ? undefined : Number(limit), isDry };
  } catch {
    throw new Error(usage);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await inviteMoved(process.argv.slice(2), console.log).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
