/** A secret in a link, and when it expires (UTC, RFC 3339); after that its message is not sent any more. */
type Link = { token: string; expiresAt: string };

/**
 * A watch's subject: codes of places and days `YYYY-MM-DD`, with the rest in `what` where it is more than one journey.
 */
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

/** The watch and its subject. What was queued before channels came has no `watchId`. */
type WatchedNow = Watched & { watchId?: string };

/** The data of each kind of message. None of it is free text that a stranger could have written. */
export type Data = {
  verify: Link;
  reset: Link;
  /** Sent to the old address; `email` is the new one. */
  email_change_old: Link & { email: string };
  email_change_new: Link;
  email_taken: Record<never, never>;
  /** For example "Firefox on Linux", if known, and the moment (UTC, RFC 3339). */
  new_device: { device: string | null; at: string };
  password_changed: { at: string };
  /** Sent to the old address; `email` is the new one. */
  email_changed: { email: string; at: string };
  factor_changed: {
    change:
      | "passkey_added"
      | "passkey_removed"
      | "totp_on"
      | "totp_off"
      | "recovery_renewed"
      | "recovery_used"
      | "factor_required"
      | "factor_optional";
    at: string;
  };
  export_ready: Link & { id: string };
  /** Our references of bookings whose journeys are to come: what was queued before bookings came has none. */
  account_deleted: { references?: string[] };
  /** The first characters of the key, by which the list of keys shows it, and until when it works (UTC, RFC 3339). */
  key_made: { start: string; scopes: string[]; at: string; until: string };
  /**
   * The watch ended by itself: after its own last day `endsOn`, or before the last departure. Amounts in minor units.
   */
  watch_ended: WatchedNow & {
    endsOn: string | null;
    currency: string;
    lowest: number | null;
    highest: number | null;
    alerts: number;
  };
  /** Five checks in a row found nothing (`empty`, as without `because`), or its owner was not seen (`silent`). */
  watch_paused: WatchedNow & { because?: "empty" | "silent" };
  /** The alerts of a message stand beside it (`alert_deliveries`). */
  alerts: Record<never, never>;
  digest: Record<never, never>;
  test: Record<never, never>;
  /** A channel was turned off: which one, by the part of its address that its owner sees. */
  channel_off: { channel: string; shown: string | null; because: string };
  keep_watching: { watches: number; until: string };
  /** To a person whose data was moved in: the link proves the address, and the numbers say what moved. */
  moved: Link & { watches: number; bookings: number; travelers: number; searches: number };
  /** What an operator decided about a text of the person, of a place by its code, and why. `second`: as they had asked for. */
  post_decided: {
    post: "tip" | "review";
    place: string;
    decision: "publish" | "hide";
    reason: string;
    second: boolean;
  };
  /** What became of a booking; days `YYYY-MM-DD`. Our own reference: no ticket, no name but the account's first one. */
  booking_changed: {
    bookingId: string;
    event: BookingEvent;
    reference: string;
    firstName: string;
    origin: string;
    destination: string;
    departureDate: string;
    returnDate: string | null;
  };
};

/** The events of a booking that its owner is told of. */
export const bookingEvents = [
  "action_required",
  "confirmed",
  "held",
  "unknown",
  "failed",
  "payment_failed",
  "hold_ends",
  "expired",
  "cancelled",
  "refunded",
  "change_asks",
  "changed",
  "not_changed",
  "airline_changed",
  "not_accepted",
  "checkin_opens",
  "departs_soon",
] as const;
export type BookingEvent = (typeof bookingEvents)[number];
export type Kind = keyof Data;

/** The fields that the data of each kind of message has. */
export const fields: { [K in Kind]: (keyof Data[K])[] } = {
  verify: ["token", "expiresAt"],
  reset: ["token", "expiresAt"],
  email_change_old: ["token", "expiresAt", "email"],
  email_change_new: ["token", "expiresAt"],
  email_taken: [],
  new_device: ["device", "at"],
  password_changed: ["at"],
  email_changed: ["email", "at"],
  factor_changed: ["change", "at"],
  export_ready: ["token", "expiresAt", "id"],
  account_deleted: [],
  key_made: ["start", "scopes", "at", "until"],
  watch_ended: ["origin", "destination", "departureDate", "currency"],
  watch_paused: ["origin", "destination", "departureDate"],
  alerts: [],
  digest: [],
  test: [],
  channel_off: ["channel", "because"],
  keep_watching: ["watches", "until"],
  moved: ["token", "expiresAt", "watches", "bookings", "travelers", "searches"],
  post_decided: ["post", "place", "decision", "reason", "second"],
  booking_changed: ["bookingId", "event", "reference", "firstName", "origin", "destination", "departureDate"],
};
