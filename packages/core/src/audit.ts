import { describeDevice } from "./audit/device.ts";
import { addressKey, networkOf } from "./audit/network.ts";
import { type Fragment, sql } from "./base/db.ts";
import { newId } from "./base/id.ts";

export { addressKey, describeDevice, networkOf };

/** The events that are recorded for an account. */
export type Event =
  | "signup"
  | "login"
  | "login_failed"
  | "reset_requested"
  | "reset"
  | "password_changed"
  | "email_change_requested"
  | "email_changed"
  | "passkey_added"
  | "passkey_removed"
  | "totp_on"
  | "totp_off"
  | "recovery_renewed"
  | "recovery_used"
  | "factor_required"
  | "factor_optional"
  | "session_ended"
  | "export"
  | "deletion"
  | "key_made"
  | "key_used"
  | "key_revoked";

/**
 * Where a request came from: the caller's address, and its User-Agent as sent. Only a coarse form of each is stored.
 */
export type Client = { address?: string | undefined; device?: string | undefined };

/**
 * The account of an event, or none; the session in which, or to which, it happened, and the key that it is about, by
 * their ids. A fragment is read in the statement.
 */
export type Actor = Client & {
  userId: string | null | Fragment;
  sessionId?: string | undefined;
  keyId?: string | Fragment | undefined;
};

/**
 * A statement that records an event, for the transaction in which it happens. `given`, a condition, makes it record
 * nothing where the condition does not hold. Of the client it stores "Firefox on Linux" and the address's /24 or /64.
 */
export function record(event: Event, who: Actor, given: Fragment = sql`true`): Fragment {
  return sql`
    insert into account_events (id, user_id, event, session_id, key_id, device, network)
    select ${newId("evt")},
           (select users.id from users where users.id = ${who.userId}),
           ${event},
           ${who.sessionId ?? null},
           ${who.keyId ?? null},
           ${describeDevice(who.device)},
           ${networkOf(who.address)}::cidr
     where ${given}`;
}

/** The condition that this account was signed in to within the year from such a device in this network. */
export function isKnownClient(userId: string, from: Client): Fragment {
  return sql`
    exists (
      select
        from account_events
       where account_events.user_id = ${userId}
         and account_events.event in ('signup', 'login')
         and account_events.device is not distinct from ${describeDevice(from.device)}
         and account_events.network is not distinct from ${networkOf(from.address)}::cidr)`;
}

/** A statement that removes the user from an account's events and keeps the events, for the account's deletion. */
export function anonymise(userId: string): Fragment {
  return sql`
    update account_events
       set user_id = null, session_id = null, key_id = null, device = null, network = null
     where account_events.user_id = ${userId}`;
}
