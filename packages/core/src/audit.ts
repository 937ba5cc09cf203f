import { describeDevice } from "./audit/device.ts";
import { networkOf } from "./audit/network.ts";
import { sql } from "./base/db.ts";
import { newId } from "./base/id.ts";

export { describeDevice, networkOf };

type Fragment = ReturnType<typeof sql>;

/** What can happen to an account. */
export type Event =
  | "signup"
  | "login"
  | "login_failed"
  | "reset_requested"
  | "reset"
  | "password_changed"
  | "email_change_requested"
  | "email_changed"
  | "session_ended"
  | "export"
  | "deletion";

/** Where a request came from: the caller's address, and its User-Agent as sent. Both are kept only coarsely. */
export type Client = { address?: string | undefined; device?: string | undefined };

/** Whose account, or nobody's; the session it was done in or to, by its id. A fragment is read in the statement. */
export type Actor = Client & { userId: string | null | Fragment; sessionId?: string | undefined };

/**
 * A statement that notes an event, for the transaction in which it happens. `given`, a condition, makes it note
 * nothing where that does not hold. Of where it came from it keeps "Firefox on Linux" and the address's /24 or /64.
 */
export function record(event: Event, who: Actor, given: Fragment = sql`true`): Fragment {
  return sql`
    insert into account_events (id, user_id, event, session_id, device, network)
    select ${newId("evt")},
           (select users.id from users where users.id = ${who.userId}),
           ${event},
           ${who.sessionId ?? null},
           ${describeDevice(who.device)},
           ${networkOf(who.address)}::cidr
     where ${given}`;
}

/** The condition that this account was signed in to within the year from such a device in this network. */
export function seen(userId: string, from: Client): Fragment {
  return sql`
    exists (
      select
        from account_events
       where account_events.user_id = ${userId}
         and account_events.event in ('signup', 'login')
         and account_events.device is not distinct from ${describeDevice(from.device)}
         and account_events.network is not distinct from ${networkOf(from.address)}::cidr)`;
}

/** A statement that takes the person out of an account's trail and leaves what happened, for the account's deletion. */
export function forget(userId: string): Fragment {
  return sql`
    update account_events
       set user_id = null, session_id = null, device = null, network = null
     where account_events.user_id = ${userId}`;
}
