import { sql, transaction } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { asciiAddress, callSes } from "../base/ses.ts";
import * as Outbox from "../outbox.ts";
import * as Token from "../token.ts";

/** Why SES may have put an address on its list: for these, turning on takes more than a change of status. */
export const reported = ["bounced", "complained", "bounced_often"];

/**
 * Turns an e-mail channel on again whose address bounced or complained: takes the address off SES's list of those that
 * it sends nothing to, and has it proven anew by a link, before which no alert goes there. Once a day.
 * @throws Problem `channel.daily`, `channel.mail` where SES does not answer
 */
export async function turnMailOn(userId: string, id: string, at: Date): Promise<void> {
  const [claimed] = await sql`
    update channels
       set released_at = ${at}::timestamptz
      from users
     where channels.id = ${id}
       and channels.user_id = ${userId}
       and users.id = channels.user_id
       and (channels.released_at is null or channels.released_at <= ${at}::timestamptz - interval '1 day')
    returning users.email`;
  if (!claimed) {
    const detail = "The address can be tried again a day after the last time.";
    throw new Problem("limit", "channel.daily", detail, { retryAfter: 3_600 });
  }
  const address = asciiAddress(String(claimed.email));
  const answer = await callSes(
    "DELETE",
    `/v2/email/suppression/addresses/${encodeURIComponent(address)}`,
    undefined,
    5_000,
  );
  if (!answer.ok && answer.code !== "NotFoundException") {
    await sql`update channels set released_at = null where channels.id = ${id} and channels.user_id = ${userId}`;
    throw new Problem("upstream", "channel.mail", "The mail service does not answer.", { retryAfter: 60 });
  }
  const owner = sql`
    select users.id as user_id, users.email, users.email_key
      from users
     where users.id = ${userId}`;
  const { link, statement } = Token.issue("verify", owner, at);
  const to = {
    userId,
    email: sql`(select owner.email from (${owner}) as owner)`,
    emailKey: sql`(select owner.email_key from (${owner}) as owner)`,
  };
  await transaction({
    unproven: sql`update users set email_verified = false where users.id = ${userId}`,
    on: sql`
      update channels
         set status = 'on',
             off_because = null,
             failing_since = null,
             on_at = ${at}::timestamptz
       where channels.id = ${id}
         and channels.user_id = ${userId}`,
    token: statement,
    letter: Outbox.enqueue("verify", to, link),
  });
}
