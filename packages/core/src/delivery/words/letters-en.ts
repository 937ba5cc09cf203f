import * as Money from "../../base/money.ts";
import type { Data, Watched } from "../../outbox.ts";
import { bookingLetter } from "./booking-en.ts";
import { longDay, month } from "./format.ts";
import type { LetterWords } from "./lettershape.ts";
import { movedLetter } from "./moved-en.ts";
import { postLetter } from "./post-en.ts";

const ignore = "If this was not you, do nothing: without the link nothing changes.";
const secure =
  "If this was not you, reset your password now: that signs out everybody who is signed in to your account, and only you get the link.";

const secured =
  "If this was not you, sign in, look at the list of your passkeys and devices, and set another password: that signs out everybody else.";

/** What happened to the passkeys and codes of an account. */
const changes: { [C in Data["factor_changed"]["change"]]: { subject: string; what: string } } = {
  passkey_added: {
    subject: "A passkey was added to your account",
    what: "a passkey was added to your account: it signs in without the password.",
  },
  passkey_removed: {
    subject: "A passkey of your account was removed",
    what: "a passkey of your account was removed. Devices that had signed in with it were signed out.",
  },
  totp_on: {
    subject: "Signing in now needs a code",
    what: "the codes of an app were switched on for your account. Other devices were signed out.",
  },
  totp_off: {
    subject: "Signing in needs no code any more",
    what: "the codes of an app were switched off for your account, and its recovery codes were deleted.",
  },
  recovery_renewed: {
    subject: "Your account has new recovery codes",
    what: "new recovery codes were made for your account. The ones before work no more.",
  },
  recovery_used: {
    subject: "A recovery code of your account was used",
    what: "a recovery code was used in place of a code of your app. It works no more.",
  },
  factor_required: {
    subject: "Your bookings now need a second factor",
    what: "a second factor is now required for your account's bookings, travelers, cards and exports: a passkey, or a code of your app.",
  },
  factor_optional: {
    subject: "Your bookings need no second factor any more",
    what: "a second factor is no longer required for your account's bookings, travelers, cards and exports. That is so when it was switched off, and when the last passkey or app was removed.",
  },
};

export const lettersEn: LetterWords = {
  verify: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Confirm your e-mail address",
    parts: [
      "Please confirm that this is your e-mail address.",
      { label: "Confirm this address", url: link(`/verify#token=${token}`) },
      expiry(moment(expiresAt)),
      "If you did not sign up for Travel Conductor, do nothing.",
    ],
  }),
  reset: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Choose a new password",
    parts: [
      "Somebody, probably you, asked to choose a new password for your account.",
      { label: "Choose a new password", url: link(`/reset#token=${token}`) },
      expiry(moment(expiresAt)),
      ignore,
    ],
  }),
  email_change_old: ({ email, token, expiresAt }, { link, moment }) => ({
    subject: "Confirm the change of your e-mail address",
    parts: [
      `Your account is to move to the address ${email}. That happens when it has been confirmed here and there.`,
      { label: "Confirm the change", url: link(`/email#token=${token}`) },
      expiry(moment(expiresAt)),
      "If this was not you, do not use the link, and reset your password now: somebody knows it.",
    ],
  }),
  email_change_new: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Confirm your new e-mail address",
    parts: [
      "An account is to move to this address. That happens when it has been confirmed here and at its old address.",
      { label: "Confirm this address", url: link(`/email#token=${token}`) },
      expiry(moment(expiresAt)),
      ignore,
    ],
  }),
  email_taken: () => ({
    subject: "You have an account already",
    parts: [
      "Somebody, perhaps you, tried to sign up with this address. It has an account already: sign in to it, or reset its password if you have forgotten it.",
      "If this was not you, do nothing. Nobody was told anything but that the address is taken.",
    ],
  }),
  new_device: ({ device, at }, { moment }) => ({
    subject: "A new device signed in to your account",
    parts: [
      `On ${moment(at)} somebody signed in to your account from ${device ?? "a device"} that had not been used for it before.`,
      "If this was you, there is nothing to do.",
      secure,
    ],
  }),
  password_changed: ({ at }, { moment }) => ({
    subject: "Your password was changed",
    parts: [`The password of your account was changed on ${moment(at)}. Other devices were signed out.`, secure],
  }),
  email_changed: ({ email, at }, { moment }) => ({
    subject: "Your e-mail address was changed",
    parts: [
      `Since ${moment(at)} your account has the address ${email}, and this one is no longer used for it.`,
      "If you did not confirm that, answer this message.",
    ],
  }),
  factor_changed: ({ change, at }, { moment }) => ({
    subject: changes[change].subject,
    parts: [`On ${moment(at)} ${changes[change].what}`, secured],
  }),
  export_ready: ({ id, token, expiresAt }, { link, moment }) => ({
    subject: "Your data is ready",
    parts: [
      "What Travel Conductor holds on you, which you asked for, is ready to be fetched. Sign in first: the link works for you alone.",
      { label: "Fetch my data", url: link(`/account/export/${id}#token=${token}`) },
      { label: "Fetch it for a spreadsheet", url: link(`/account/export/${id}#token=${token}&format=csv`) },
      expiry(moment(expiresAt), "as often as you like"),
      "If you did not ask for it, somebody is signed in as you: change your password.",
    ],
  }),
  account_deleted: ({ references = [] }) => ({
    subject: "Your account was deleted",
    parts: [
      "Your account and what it held have been deleted, and everybody who was signed in to it has been signed out. This is the last message to this address.",
      ...(references.length === 0
        ? []
        : [
            `These journeys stay booked: ${references.join(", ")}. Keep this message: by the reference we can find them. The airline knows them by the reference on your ticket.`,
          ]),
    ],
  }),
  key_made: ({ start, scopes, at, until }, { moment }) => ({
    subject: "A key was made for your account",
    parts: [
      `On ${moment(at)} a key for programs was made for your account. It begins with ${start}, has the scopes ${scopes.join(", ")}, and works until ${moment(until)}.`,
      "If this was you, there is nothing to do.",
      `${secure} It also revokes all keys.`,
    ],
  }),
  watch_ended: ({ endsOn, currency, lowest, highest, alerts, ...watched }) => ({
    subject: `Your watch of ${formatRoute(watched)} has ended`,
    parts: [
      `You watched ${formatFlights(watched)}.`,
      endsOn === null
        ? "The watch has ended because the last departure it was about is near or gone."
        : `The watch has ended because ${sayDay(endsOn)}, the last day you gave it, is over.`,
      lowest === null || highest === null
        ? "No price was found for it."
        : lowest === highest
          ? `Whenever a price was found, it was ${formatPrice(lowest, currency)}.`
          : `The lowest price found was ${formatPrice(lowest, currency)}, the highest ${formatPrice(highest, currency)}.`,
      alerts === 0
        ? "None of its rules came true, so you were not alerted."
        : `You were alerted ${alerts === 1 ? "once" : `${alerts} times`}.`,
    ],
  }),
  watch_paused: (watched) => ({
    subject: `Your watch of ${formatRoute(watched)} is paused`,
    parts: [
      `You watch ${formatFlights(watched)}. The last five times we looked, nobody sold any, so the watch is paused.`,
      "Resume it when you think they are sold again: then we look soon, and go on looking. If you do nothing, it stays paused, and ends when its time is over.",
    ],
  }),
  booking_changed: bookingLetter,
  moved: movedLetter,
  post_decided: postLetter,
  channel_off: ({ channel, shown, because }, { link }) => ({
    subject: `Messages no longer go to ${shown ?? channel}`,
    parts: [
      `The channel ${channel}${shown === null ? "" : ` (${shown})`} was turned off, because ${offReasons[because] ?? because}.`,
      { label: "Look at my channels", url: link("/account/channels") },
      "Your watches go on, and what they found stands in the list of alerts.",
    ],
  }),
  keep_watching: ({ watches, until }, { keep }) => ({
    subject: "Shall we keep watching?",
    parts: [
      `You have not looked for three months. ${watches === 1 ? "Your watch goes" : `Your ${watches} watches go`} on until ${sayDay(until.slice(0, 10))}, and ${watches === 1 ? "is" : "are"} then paused.`,
      { label: "Keep watching", url: keep(until) },
      "If you do nothing, no price is looked up for you any more after that day. You can resume each watch at any time.",
    ],
  }),
};

/** Why a channel was turned off, as the end of a sentence. */
const offReasons: Record<string, string> = {
  bounced: "its mailbox does not exist",
  complained: "a message was marked as unwanted",
  bounced_often: "its mailbox refused several messages in a week",
  unsubscribed: "you unsubscribed",
  gone: "its address is no more",
  failing: "nothing could be delivered for five days",
};

const expiry = (until: string, times = "once") => `The link works ${times}, until ${until}.`;

/** 18000 GBP → 180.00 GBP. */
const formatPrice = (minor: number, currency: string) => `${Money.toInfo(minor, currency).amount} ${currency}`;
const sayDay = (date: string) => longDay(date, "en-GB");
const either = (places: string | string[]) => [places].flat().join(" or ");

/** STN to BGY; LHR or LGW to JFK. */
const formatRoute = ({ origin, destination, what }: Watched) =>
  `${either(what?.origin ?? origin)} to ${either(what?.destination ?? destination)}`;

/** Flights from STN to BGY on 1 August 2026, back on 8 August 2026. */
const formatFlights = (watched: Watched) => `flights from ${formatRoute(watched)} ${formatDates(watched)}`;

function formatDates({ departureDate, returnDate, what }: Watched): string {
  if (what?.weekendsIn) return `on any weekend in ${month(what.weekendsIn, "en-GB")}`;
  if (what?.departureFrom && what.departureTo) {
    const between = `between ${sayDay(what.departureFrom)} and ${sayDay(what.departureTo)}`;
    if (!what.stayNights) return between;
    const { min, max } = what.stayNights;
    const nights = max === 1 ? "1 night" : `${min === max ? max : `${min} to ${max}`} nights`;
    return `${between}, back after ${nights}`;
  }
  const back = returnDate === null ? "" : `, back on ${sayDay(returnDate)}`;
  return `on ${sayDay(departureDate)}${back}`;
}
