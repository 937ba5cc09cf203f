import { sql } from "../base/db.ts";
import type { Info } from "./schema.ts";

/**
 * Turns a person's e-mail channel off, so that no alert goes there, for the reason given; one that is off stays off, for
 * its own reason. Letters about the account are sent all the same.
 */
export async function turnMailOff(userId: string, because: NonNullable<Info["offBecause"]>): Promise<void> {
  await sql`
    update channels
       set status = 'off',
           off_because = ${because}
     where channels.user_id = ${userId}
       and channels.kind = 'email'
       and channels.status <> 'off'`;
}
