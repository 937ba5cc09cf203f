import { pathToFileURL } from "node:url";
import { Problem } from "@travel-conductor/core/base/error";
import { realNow } from "@travel-conductor/core/base/time";
import * as Privacy from "@travel-conductor/core/privacy";
import * as User from "@travel-conductor/core/user";
import { Refused, run } from "./command.ts";

const usage = "Use: npm run remove-account -- <id of a user> …";

/**
 * Deletes accounts that a restore has brought back, as their owners had done, and says of each what became of it. The
 * environment names the database and Redis, as the product's does.
 * @returns 1 where an account is left, because a booking of it is not settled
 */
export async function removeAccounts(ids: string[], say: (line: string) => void): Promise<number> {
  if (ids.length === 0 || ids.some((id) => !/^usr_\w+$/.test(id))) throw new Refused(usage);
  let status = 0;
  for (const id of ids) {
    try {
      await User.get(id);
      await Privacy.removeByOperator(id, realNow());
      say(`${id} is deleted.`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "user.missing") say(`${id} is not there.`);
      else {
        say(`${id} is left: ${error.code}`);
        status = 1;
      }
    }
  }
  return status;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await run((args) => removeAccounts(args, console.log));
