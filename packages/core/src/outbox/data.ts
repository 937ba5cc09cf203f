/** A secret that a link carries, and the end of its life (UTC, RFC 3339), after which its message is not sent any more. */
type Link = { token: string; expiresAt: string };

/** What was watched: codes of places and days `YYYY-MM-DD`, in `what` where it is more than one journey. */
export type Watched = {
  origin: string;
  destination: string;
  departureDate: string;
  returnDate: string | null;
  what: {
    origin?: string | string[];
    destination?: string | string[];
    departureFrom?: string | null;
    departureTo?: string | null;
    stayNights?: { min: number; max: number } | null;
    weekendsIn?: string | null;
  } | null;
};

/** What each kind of message has to be told. Nothing a stranger could have written as prose is among it. */
export type Data = {
  verify: Link;
  reset: Link;
  /** To the old address: `email` is the new one. */
  email_change_old: Link & { email: string };
  email_change_new: Link;
  email_taken: Record<never, never>;
  /** Such as "Firefox on Linux", as far as known; and when (UTC, RFC 3339). */
  new_device: { device: string | null; at: string };
  password_changed: { at: string };
  /** To the old address: `email` is the new one. */
  email_changed: { email: string; at: string };
  export_ready: Link & { id: string };
  account_deleted: Record<never, never>;
  /** By itself: after its own last day `endsOn`, or before the last departure. Amounts in minor units. */
  watch_ended: Watched & {
    endsOn: string | null;
    currency: string;
    lowest: number | null;
    highest: number | null;
    alerts: number;
  };
  watch_paused: Watched;
};
export type Kind = keyof Data;
