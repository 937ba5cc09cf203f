import { bookingAdvice } from "./bookingadvice.ts";
import { postAdvice } from "./postadvice.ts";

const general: Record<string, [means: string, todo: string]> = {
  "alert.missing": [
    "There is no alert with this id among those of the account.",
    "Read the list of alerts again: an alert goes when its watch is deleted.",
  ],
  "channel.address": [
    "The address is not public, names a port or a user, or does not begin with https://; `errors` says which.",
    "Give an address that the whole internet reaches over https on its usual port.",
  ],
  "channel.busy": ["Another request changes this channel.", "Repeat the request after a second."],
  "channel.daily": ["The address was taken up again within the last day.", "Wait a day, or use another address."],
  "channel.fixed": [
    "The channel has no secret or address of ours, or it is a feed or a calendar, which have no choice of messages.",
    "Remove the channel and add another one.",
  ],
  "channel.limit": ["The account has 20 channels.", "Remove one that is not needed any more."],
  "channel.mail": ["The mail service does not answer.", "Repeat the request after a minute."],
  "channel.missing": [
    "There is no channel with this id among those of the account.",
    "Read the list of channels again.",
  ],
  "channel.off": [
    "The channel was turned off, is not proven, or is one that is read and not sent to.",
    "Turn it on, or prove it first.",
  ],
  "channel.twice": ["The account has an e-mail channel already.", "Change or remove that one."],
  "channel.unavailable": ["This service has no Telegram bot, or no key for web push.", "Use another kind of channel."],
  "channel.unproven": ["Its owner has not opened the address of the bot yet.", "Open it, or remove the channel."],
  "export.missing": [
    "The token of the export is not known, was made for another account, or its day has passed.",
    "Ask for a new export, and use the token in the newest message.",
  ],
  "export.ready": ["An export is ready to be read.", "Read it with the token in the message, instead of asking anew."],
  "factor.code": [
    "The code of the app, or the recovery code, is wrong, too old, or was used before.",
    "Wait for the next code, and see that the clock of the device is right; or use another recovery code.",
  ],
  "factor.needed": [
    "The password is right, and the account asks for a code too.",
    "Send the request again with `code`: six digits of the app, or a recovery code. A passkey needs no code.",
  ],
  "factor.none": ["The account has no factor that it could require.", "Add a passkey or set an app up first."],
  "factor.off": ["The account has no codes of an app, or not yet.", "Set an app up first."],
  "factor.on": ["The codes of an app are switched on already.", "Switch them off first, to use another app."],
  "factor.required": [
    "The account requires a second factor here, and this session was given none; a key can give none.",
    "Use a passkey at /v1/auth/reauthenticate/passkey, or give the password with a code at /v1/auth/reauthenticate, then repeat the request. Instead of a key, use a session.",
  ],
  "factor.unavailable": [
    "Codes of an app cannot be checked, because this installation lacks the secret for them.",
    "Use a passkey or a recovery code. Those who run the service have to set FACTOR_SECRET.",
  ],
  "feed.missing": [
    "Nothing is at this address: its token was replaced, or its channel was removed.",
    "Add a feed or a calendar as a channel, and use the address of that answer.",
  ],
  "flight.busy": [
    "The providers accept no more searches at the moment.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "flight.not_sellable": [
    "No provider sells this journey: a place or a currency is not known, or a day is too early or too late.",
    "Change the fields that `errors` names.",
  ],
  "flight.provider": [
    "The providers failed, and no earlier answer is stored.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "flight.timeout": [
    "The providers did not answer in time, and no earlier answer is stored.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "health.unavailable": [
    "A part of the service does not answer; `detail` names it.",
    "Nothing: this is for those who run the service. Requests that do not need the part still work.",
  ],
  "help.missing": ["There is no page of help with this name.", "Take a name from GET /v1/help."],
  "idempotency.key": [
    "The Idempotency-Key has no usable form.",
    "Send 1 to 255 printable ASCII characters, such as a UUID.",
  ],
  "idempotency.mismatch": [
    "This Idempotency-Key was used for another request of the account.",
    "Use a new key for a new request; use the old one only to repeat the very same request.",
  ],
  "idempotency.running": [
    "The first request with this Idempotency-Key is not finished yet.",
    "Wait for the seconds in Retry-After and repeat the request: it then gets the answer of the first.",
  ],
  "key.invalid": [
    "The key is not complete, not known, revoked or expired.",
    "Make a new key at /v1/me/keys, and check that all of it is sent.",
  ],
  "key.limit": ["The account has 20 keys that work.", "Revoke one that is not needed any more."],
  "key.missing": ["There is no key with this id among those of the account.", "Read the list of keys again."],
  "key.scope": [
    "The key lacks the scope that this operation needs, or no key may do this; `detail` says which.",
    "Make a key with the scope, or sign in and use the session's token.",
  ],
  "limit.reached": [
    "The address, the account or the key has sent too many requests; the header RateLimit says which limit is used up.",
    "Wait for the seconds in Retry-After. Requests that are refused do not use up anything else.",
  ],
  "limit.searches": [
    "The address or the account has used up its searches at the providers for today (UTC).",
    "Wait until the next day, or sign in with a proven e-mail address, which gives more. Known prices are still shown.",
  ],
  "link.dead": [
    "The token is not one of ours, is too old, is for something else, or its watch or account is no more.",
    "Use the link of a newer message, or sign in and do it there.",
  ],
  "message.forgotten": [
    "The words of the message are not kept: they are of what goes to webhooks alone.",
    "Nothing: it cannot be sent again.",
  ],
  "message.missing": [
    "There is no message with this id that was sent to the channel, or at all, in the last 30 days.",
    "Read the log of the channel, or the list of messages, again.",
  ],
  "message.unfailed": [
    "The message was sent, or still waits for its next try.",
    "Read the list of messages again; only those that failed can be sent again here.",
  ],
  "offer.missing": [
    "The id of the offer has no form that the service has given.",
    "Search again, and use an id of that answer.",
  ],
  "guide.changed": [
    "Somebody changed the draft since the revision that was read.",
    "Read the versions of the place again, and change the newest revision.",
  ],
  "guide.draft": ["The section has a draft in this language already.", "Change that draft, or delete it first."],
  "guide.missing": [
    "There is no version of a guide with this id, or none in the state that this takes: only drafts are changed, published and deleted, and only what is shown is taken away.",
    "Read the versions of the place again.",
  ],
  "operator.required": ["The account is no operator's.", "Ask those who run the service, if it should be one."],
  "page.cursor": [
    "The cursor is not one that this list has given.",
    "Read the list from its start, without a cursor; pass `nextCursor` as it is.",
  ],
  "passkey.duplicate": ["The passkey belongs to an account already.", "Use it, or make another one."],
  "passkey.invalid": [
    "The answer of the browser is to no challenge of the last 5 minutes, comes from another page, or was made without verifying its user.",
    "Ask for new options, and let the browser make a passkey with them.",
  ],
  "passkey.limit": ["The account has 20 passkeys.", "Remove one that is not used any more."],
  "passkey.missing": [
    "There is no passkey with this id among those of the account.",
    "Read the list of factors again.",
  ],
  "passkey.refused": [
    "The passkey is not known, was removed, or its signature is to no challenge of the last 5 minutes.",
    "Ask for new options and try once more, or sign in with the password.",
  ],
  "place.missing": [
    "No airport has this code, and no city with airports has it.",
    "Look the place up by its name with `GET /v1/airports?q=`.",
  ],
  "provider.missing": ["This installation has no provider of flights.", "Nothing: those who run it have to name one."],
  "provider.unknown": ["There is no provider of this name.", "Use a name of the list of providers."],
  "provider.untold": [
    "The switch was stored, but not all processes know it yet.",
    "Repeat the request, or wait a minute.",
  ],
  "request.edge": [
    "The request was sent to the API's own address, past the distribution before it.",
    "Send it to the address of the web client: its paths below /v1 are the API.",
  ],
  "request.invalid": ["One or more fields or parameters are at fault.", "Change each of those that `errors` names."],
  "request.media": ["The body is not declared as JSON.", "Send the header Content-Type: application/json."],
  "request.method": ["The address takes other methods.", "Use one of those that the header Allow names."],
  "request.origin": [
    "The request carries a cookie, and comes from a page that may not use it.",
    "From another page or a program, use a token in the header Authorization instead of the cookie.",
  ],
  "request.path": ["There is nothing at this address.", "Look the address up in the document at /docs."],
  "request.size": ["The body is larger than 256 KB.", "Send less."],
  "request.unreadable": ["The body is not JSON in UTF-8.", "Send one JSON object."],
  "search.missing": ["There is no search with this id among those of the account.", "Read the list of searches again."],
  "service.outdated": [
    "The service is being updated at this moment.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "service.unavailable": [
    "A part of the service does not answer, so nothing was changed, or it is not known whether it was.",
    "Wait for the seconds in Retry-After, then send the same request again, with its Idempotency-Key where it has one.",
  ],
  "service.unexpected": [
    "The service has a fault.",
    "Try again later. If it stays, tell those who run the service the `requestId`.",
  ],
  "session.missing": ["The request has no valid session.", "Sign in, and send the token that this gives."],
  "session.outrun": ["The account changed while you signed in.", "Sign in again."],
  "session.unavailable": [
    "The session could not be checked.",
    "Wait for the seconds in Retry-After, then send the same request again. The session goes on.",
  ],
  "session.unproven": [
    "This needs the password or a passkey again, because the last time is more than a few minutes ago.",
    "Send the password to /v1/auth/reauthenticate, or use a passkey, then repeat the request.",
  ],
  "token.invalid": ["The link was used, is too old, or is not complete.", "Ask for a new one."],
  "user.credentials": [
    "The e-mail address or the password is wrong. Which of them is not said.",
    "Try again, or ask for a link to set a new password.",
  ],
  "user.email_taken": [
    "The e-mail address belongs to an account.",
    "Sign in, or ask for a link to set a new password.",
  ],
  "user.missing": ["The account was deleted.", "Nothing: its data are gone."],
  "user.password_common": ["The password is one of those that are tried first.", "Choose one that nobody else uses."],
  "user.password_email": ["The password is the e-mail address, or a part of it.", "Choose another one."],
  "user.preference": ["A code in the preferences is not known.", "Change the fields that `errors` names."],
  "user.ticket": [
    "The ticket of the sign-in was used, is older than 5 minutes, or is not complete.",
    "Begin the sign-in again with address and password.",
  ],
  "user.unproven": [
    "The e-mail address of the account is not proven yet.",
    "Follow the link in the message that sign-up sent, or ask for another one at /v1/auth/verify/resend.",
  ],
  "watch.busy": [
    "The watch is being changed or checked by another request.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "watch.channel": [
    "The watch names a channel that is none of the account's; `errors` says which.",
    "Read the list of channels, or give null for all of them.",
  ],
  "watch.checked": [
    "The watch was checked less than ten minutes ago.",
    "Read its last check, or wait for the seconds in Retry-After.",
  ],
  "watch.duplicate": [
    "The account has a watch with the same subject and the same rules.",
    "Use that watch, or change a rule of one of them.",
  ],
  "watch.unsold": [
    "The watch was moved in from the application before, and its days are not sold yet.",
    "Resume it on the day that `detail` names, or change its days.",
  ],
  "watch.ended": ["The watch has ended, and an ended watch does not change.", "Make a new one."],
  "watch.limit": [
    "The account has as many watches as it may have.",
    "Pause or delete one: 100 may be active, and 1,000 be kept in all.",
  ],
  "watch.missing": ["There is no watch with this id among those of the account.", "Read the list of watches again."],
  "watch.no_rule": ["The watch would have no rule, and could never alert.", "Leave at least one rule on."],
  "watch.series": ["The watch has had no series of this number.", "Use a number from 1 to the watch's `series`."],
  "watch.snooze": ["The moment is not within the next 90 days.", "Choose a day that begins within them."],
  "watch.target": [
    "The price is not above zero, or has more decimals than its currency, or is of another currency.",
    "Change the fields that `errors` names.",
  ],
  "watch.too_many_fares": [
    "The places and days of the watch make more than 100 searches.",
    "Take fewer places, fewer days, or fewer lengths of stay.",
  ],
  "webhook.secret": [
    "The request does not prove that it comes from the service that this address is for.",
    "Nothing: the address is not for clients. Those who run the service compare the secret that the other side sends.",
  ],
};

/** What a program should do about each problem, by its code. The pages below /docs/problems are made from it. */
export const advice = Object.fromEntries(
  Object.entries({ ...general, ...bookingAdvice, ...postAdvice }).sort(([a], [b]) => (a < b ? -1 : 1)),
);
