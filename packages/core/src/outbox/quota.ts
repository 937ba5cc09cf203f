import type { Kind } from "./data.ts";

const minute = 60;
const hour = 60 * minute;

/**
 * How many letters of a kind one mailbox gets in how many seconds, over all accounts and addresses that cause them. Each
 * kind has a count of its own, so that letters which strangers cause (`verify` by a sign-up, `email_change_new` by a
 * request to move there, `email_taken`) use up neither a reset nor a notice about the account. A stranger can ask for
 * resets too: each brings the owner a link, and the window is as long as the link works (30 minutes, `token.ts`), so that
 * a mailbox which gets no more of them holds one that still works. Messages about watches go only to proven addresses and
 * are bounded by the watches of their owner; they are not counted.
 */
export const quotas: { [K in Kind]?: readonly [letters: number, seconds: number] } = {
  verify: [5, hour],
  reset: [5, 30 * minute],
  email_change_old: [5, hour],
  email_change_new: [5, hour],
  email_taken: [3, 24 * hour],
  new_device: [5, hour],
  password_changed: [5, hour],
  email_changed: [5, hour],
  factor_changed: [20, hour],
  export_ready: [5, hour],
  account_deleted: [3, hour],
  key_made: [5, hour],
  channel_off: [20, hour],
  keep_watching: [3, 24 * hour],
  moved: [1, 24 * hour],
  post_decided: [20, hour],
};
