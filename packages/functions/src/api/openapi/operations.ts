import { content } from "./operation/content.ts";
import { operator } from "./operation/operator.ts";

/** What an operation does beyond its summary: conditions, effects, what to call next. */
export const operations: Record<string, string> = {
  ...content,
  ...operator,
  "GET /health":
    "Answers 200 if Postgres and Redis answer within three seconds; otherwise a problem names the one that does not.",

  "POST /v1/auth/signup":
    "Makes an account, signs it in, and sends a link that proves the address (`POST /v1/auth/verify`), valid for a day. One mailbox is one account, in any case and form.",
  "POST /v1/auth/login":
    "Answers a session; or, where the account has codes of an app switched on, a ticket for `POST /v1/auth/login/code`, and no cookie.",
  "POST /v1/auth/login/code":
    "Takes the ticket of the login within 5 minutes, and six digits of the app or a recovery code.",
  "POST /v1/auth/passkey/options":
    "The answer is for `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`; send what that returns to `POST /v1/auth/passkey`.",
  "POST /v1/auth/passkey":
    "Takes what `navigator.credentials.get` returned for the challenge. It needs no code beside it.",
  "POST /v1/auth/logout": "Ends this session and removes the cookies. It may be repeated.",
  "POST /v1/auth/verify": "Takes the token of the link that sign-up sent. A link works once.",
  "POST /v1/auth/verify/resend":
    "Answers 202 whether or not there is such an account, and whether or not its address is proven already.",
  "POST /v1/auth/reset":
    "Sends a link that is valid for 30 minutes. Answers 202 whether or not there is such an account.",
  "POST /v1/auth/reset/confirm":
    "Takes the token of the link and the new password. Ends every session and revokes every key; codes of an app stay on.",
  "POST /v1/auth/email/confirm":
    "One link went to the old address and one to the new (`POST /v1/me/email`). The address changes when both were followed.",
  "POST /v1/auth/reauthenticate":
    "For 10 minutes this session may do what asks for the password. Where the account has codes of an app switched on, `code` is needed too.",
  "POST /v1/auth/reauthenticate/passkey/options":
    "The answer is for `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`.",
  "POST /v1/auth/reauthenticate/passkey":
    "Takes what `navigator.credentials.get` returned. It does what `POST /v1/auth/reauthenticate` does, without password and code.",

  "GET /v1/me": "The account that the session or key belongs to, with its profile and preferences.",
  "GET /v1/me/moved":
    "How many watches, bookings, travelers and searches came with the account, and, page by page, what was lost of which. An account that was made here answers `moved: false`.",
  "PATCH /v1/me": "A field that is left out stays; null removes the telephone number.",
  "DELETE /v1/me":
    "Deletes the account with its watches, alerts, keys and sessions, at once and for good. The password or a passkey must have been given within the last 10 minutes.",
  "GET /v1/me/usage":
    "Searches and checks that ask a provider count as calls; stored answers do not. The checks of watches are listed beside them.",
  "PATCH /v1/me/preferences": "A field that is left out stays; null removes its value.",
  "POST /v1/me/password": "Takes the present password and the next one, and ends the other sessions.",
  "POST /v1/me/email":
    "Sends one link to the present address and one to the new; the address changes when both were followed. The password or a passkey must have been given within the last 10 minutes.",
  "GET /v1/me/sessions": "Each session with its browser, network and last use.",
  "DELETE /v1/me/sessions": "Ends every session of the account, this one included, and removes the cookies.",
  "DELETE /v1/me/sessions/{id}": "Ends one session that `GET /v1/me/sessions` lists.",
  "POST /v1/me/export":
    "Gathers everything that is held on the account. Within a minute or two a link comes by e-mail, valid for 24 hours. The password or a passkey must have been given within the last 10 minutes; a key needs neither.",
  "GET /v1/me/export/{id}":
    "A list of rows for each table; one of more than 3 MB comes in parts. With `format=csv` it is a ZIP file with a CSV file for each list.",
  "GET /v1/me/factors":
    "The passkeys, whether codes of an app are on, how many recovery codes are left, and whether a second factor is required.",
  "PATCH /v1/me/factors":
    "While it is on, bookings, travelers, cards and exports answer 403 `factor.required` to keys, and to sessions in which neither a passkey nor a code was used: use one at `POST /v1/auth/reauthenticate/passkey`, or give the password with a code at `POST /v1/auth/reauthenticate`, and repeat the request. Changing it takes such a session, and an authentication of the last 10 minutes. It ends with the last passkey or app.",
  "POST /v1/me/factors/passkeys/options":
    "The answer is for `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`. The password or a passkey must have been given within the last 10 minutes, and the address be proven.",
  "POST /v1/me/factors/passkeys":
    "Takes what `navigator.credentials.create` returned, and a name. An account has 20 at most.",
  "PATCH /v1/me/factors/passkeys/{id}": "Gives the passkey another name.",
  "DELETE /v1/me/factors/passkeys/{id}":
    "Also ends the other sessions in which it was used. The password stays a way in.",
  "POST /v1/me/factors/totp":
    "The secret is shown this once. Codes are asked for from the moment that `POST /v1/me/factors/totp/confirm` took a first one.",
  "DELETE /v1/me/factors/totp":
    "Also removes the recovery codes. The password or a passkey must have been given within the last 10 minutes.",
  "POST /v1/me/factors/totp/confirm":
    "Takes the first code of the app. Ends the other sessions and answers ten recovery codes, which are shown this once.",
  "POST /v1/me/factors/recovery-codes": "Makes ten new codes, shown this once. The old ones work no more.",
  "GET /v1/me/searches": "A search shows here after half a minute to two minutes.",
  "DELETE /v1/me/searches": "The searches are no longer linked to the account, also those that do not show yet.",
  "DELETE /v1/me/searches/{id}": "The search is no longer linked to the account.",
  "GET /v1/me/keys": "The keys that have not expired, without the keys themselves.",
  "POST /v1/me/keys":
    "The answer has the key, this once: only its hash is stored. The password or a passkey must have been given within the last 10 minutes, and the address be proven. An account has 20 keys at most. The owner is told by e-mail.",
  "GET /v1/me/keys/{id}": "What is known of the key; not the key itself.",
  "PATCH /v1/me/keys/{id}": "Gives the key another name. Scopes and end do not change.",
  "DELETE /v1/me/keys/{id}": "The key opens nothing any more.",

  "GET /v1/alerts/{id}":
    "The offer is as it was then: it may be sold no more. It is null for an alert from before offers were kept, and for a price of several watched days that no provider could confirm.",

  "GET /v1/alerts/{id}/offers": "Searches the alert's journey for the party and the wishes of its watch, as it is now.",
  "GET /v1/bookings":
    "Bookings that were moved in have no slices. No names, tickets or airline's references are in a list.",
  "POST /v1/bookings":
    "Needs an `Idempotency-Key` and a proven address; an account makes 10 bookings a day. The flights are searched anew for these travelers, for 25 seconds at most, and only the same flights with the same terms are ordered: others are answered as `similar` (410). Another price is answered with `offer`, the id that accepts it, `total` and `previousTotal` (409). The answer comes before the order: read the booking until its status is `confirmed`, `held`, `failed` or `unknown`.",
  "GET /v1/bookings/{id}":
    "The booking with names, tickets and the airline's reference. `unknown` means that the airline has not answered: do not book again.",
  "POST /v1/bookings/{id}/pay":
    "The seller is asked for its price first; another one than `price` is refused, with both.",
  "POST /v1/bookings/{id}/confirm-payment":
    "For the way back from the bank's page: without it the payment is looked at once a minute, for 15 minutes.",
  "POST /v1/bookings/{id}/cancel": "The answer's `cancellation` says what comes back and where it goes, until when.",
  "POST /v1/bookings/{id}/cancel/confirm":
    "What the seller gives back to us goes to the card. The status is `cancelling` until the seller has answered.",
  "POST /v1/bookings/{id}/change":
    "For paid bookings whose airline allows it (`actions`). The answer's `change` has the flights as they would be, what the card pays or gets back, and until when; `slices` are the flights as they are.",
  "POST /v1/bookings/{id}/change/confirm":
    "Another amount than `charge` or `refund` is refused (409) with both totals. Else the charge is reserved on the card, the airline changes the flights, and the money is taken or given back; until then the status is `changing`. What is refused leaves the booking as it was.",
  "POST /v1/bookings/{id}/airline-change/accept":
    "`airlineChanges` shows what the airline changed, before and after; instead of accepting, a booking may be cancelled. Accepting again changes nothing.",
  "POST /v1/bookings/{id}/watch":
    "The target is the price paid less what a change costs, which is asked for where the airline did not say it.",
  "POST /v1/bookings/{id}/share": "Only the hash of the token is stored.",
  "DELETE /v1/bookings/{id}/share": "The link shows nothing any more.",
  "GET /v1/bookings/{id}/itinerary":
    "In the language of the account, without scripts. Not to be kept: it has names and references in clear.",
  "GET /v1/bookings/{id}/receipt": "In the language of the account, without scripts.",
  "GET /v1/bookings/{id}/calendar.ics": "One event a flight, in UTC.",
  "GET /v1/shared/trips/{token}":
    "Flights and our reference: no names, prices, tickets, documents or references of the airline.",
  "GET /v1/watches/{id}/auto-hold": "`off` where its owner has not asked for it.",
  "POST /v1/watches/{id}/auto-hold":
    "When the watch reaches its target, the flights are held once, without payment, where the airline holds them. Asking again allows another hold. The travelers need all that airlines ask for.",
  "DELETE /v1/watches/{id}/auto-hold": "What is held stays held.",
  "POST /v1/webhooks/duffel":
    "An event of Duffel, signed in the header `X-Duffel-Signature`. Each is handled once, and only as a hint: the order is read at Duffel.",

  "GET /v1/travelers":
    "Of every number the answer holds the end alone. `runsOut` of a document warns of a journey that ends on `journeyEnds`.",
  "POST /v1/travelers":
    "An account has 20 travelers at most. What is sent is sealed before it is stored, the answer kept for `Idempotency-Key` too.",
  "POST /v1/travelers/read":
    "Reads the machine readable zone of a passport, an identity card or a visa, to look at before it is stored with the traveler.",
  "GET /v1/travelers/{id}": "The traveler with the documents; of every number the end alone.",
  "PATCH /v1/travelers/{id}":
    "A field that is left out stays, and null removes one. `loyalty` replaces the whole list; a membership without its number keeps the one that is known.",
  "DELETE /v1/travelers/{id}": "Bookings keep what they were made with.",
  "POST /v1/travelers/{id}/documents":
    "Takes the fields, or the machine readable zone (`mrz`), whose day of birth must be the traveler's. A traveler has 5 documents at most.",
  "DELETE /v1/travelers/{id}/documents/{document}": "Its number is gone with it.",
  "GET /v1/channels": "Every account begins with its e-mail address as a channel.",
  "POST /v1/channels":
    "A webhook's secret, a feed's address and the address of the Telegram bot are in this answer alone. An account has 20 channels at most. An address must be public and begin with `https://`.",
  "GET /v1/channels/kinds":
    "`push` is missing where the service has no key of web push, and `telegram` where it has no bot. A second e-mail channel is refused all the same.",
  "GET /v1/channels/push-key":
    "For `applicationServerKey` of `PushManager.subscribe`, whose result is a channel of the kind `push`.",
  "GET /v1/channels/{id}": "What is known of the channel; not its address or secret.",
  "PATCH /v1/channels/{id}":
    "`paused` keeps messages back, which are then not sent later. `on` also turns on a channel that was turned off. `about` says which messages go there; what waits already is sent all the same. A feed and a calendar have no choice (`channel.fixed`).",
  "DELETE /v1/channels/{id}": "Messages that wait for the channel are not sent.",
  "POST /v1/channels/{id}/test": "Its log, or the channel itself, shows whether the message came.",
  "POST /v1/channels/{id}/rotate":
    "Events are signed with the secrets before and after for 24 hours. The address before of a feed or a calendar opens nothing any more.",
  "GET /v1/channels/{id}/tries": "Each try of each message, with the first 1,024 characters of the answer.",
  "POST /v1/links":
    "Needs no session: the token says what may be done, for one watch or one person. Snoozes the watch for 7 days (`snooze`), pauses it (`stop`), ends it (`booked`), keeps silent watches going (`keep`), or switches alerts by e-mail off (`unsubscribe`). Using a link again changes nothing more.",
  "POST /v1/links/preview": "Changes nothing, so that a page can say what its button will do.",
  "POST /v1/links/unsubscribe":
    "The address of the header `List-Unsubscribe` (RFC 8058). The form that comes with it is not read; there is no redirect, and a `GET` changes nothing.",
  "POST /v1/channels/{id}/replay":
    "One message, or those of a span of time, with their ids and bodies as they were. One request sends 100 of a span; repeat it with `nextCursor` as `cursor` for the next.",

  "GET /v1/feeds/{file}":
    "The address, which adding or rotating a channel shows, opens it without signing in. As `.atom` the last 100 alerts; as `.ics` each watch on its departure day with the newest price, and its end. Has an `ETag`. While its channel is paused, it is empty.",

  "GET /v1/payment-methods": "Stripe holds the cards; here is what each is recognised by.",
  "POST /v1/payment-methods/setup":
    "The browser gives the card to Stripe with the client secret, and never to this API. Needs a proven e-mail address. An account has 10 cards at most.",
  "POST /v1/payment-methods/setup/{id}/finish":
    "Reads at Stripe what came of the setup. The first card of an account is its default. Repeating it changes nothing.",
  "GET /v1/payment-methods/{id}": "What the card is recognised by; not its number.",
  "PATCH /v1/payment-methods/{id}": "The card before it is the default no longer.",
  "DELETE /v1/payment-methods/{id}":
    "The card goes at once, and at Stripe as soon as that answers. The newest of the others becomes the default. What it has paid for stays paid.",

  "POST /v1/webhooks/stripe":
    "An event of Stripe, signed in the header `Stripe-Signature`, over its bytes and within five minutes. Each is handled once, and only as a hint: what it is about is read at Stripe.",
  "POST /v1/webhooks/telegram":
    "An update of the bot, from Telegram alone: it proves itself by the header `X-Telegram-Bot-Api-Secret-Token`. `/start` with the token of a channel turns it on for that chat, `/stop` pauses it. The answer is what the bot says there.",

  "GET /v1/airports":
    "Finds by code, city, country or name, also misspelled and in other languages; or looks codes up. May be kept for a day, and has an `ETag`.",
  "GET /v1/airlines": "By codes, or by the beginning of a code or name. May be kept for a day, and has an `ETag`.",
  "GET /v1/currencies": "May be kept for a day, and has an `ETag`.",

  "GET /v1/flights":
    "Asks the providers, or answers what they said a short time ago (`freshness`). One way, or there and back with `returnDate`; several places at each end count as a request for each pair. The filters (`airlines`, `bags`, times and the like), `sort` and pages work on the same answer and cost nothing. Offers have an `id` for `GET /v1/flights/offers/{id}`.",
  "GET /v1/flights/calendar":
    "From stored answers, from watched fares, and from the providers for the eight nearest days that are not known. Ask again to learn more days.",
  "GET /v1/flights/calendar/grid":
    "From stored answers, and from the providers for the eight pairs of days nearest to the middle that are not known. Ask again to learn more. Counts as a request for a calendar.",
  "GET /v1/flights/insight":
    "Compares a price with those that were recorded in the 90 days before: of the same dates if there are enough, else of the route at the same time before departure.",
  "GET /v1/flights/forecast":
    "Of at least 200 past cases of the same route, time before departure and source: in how many a price that stood as this one was lower by 2 % or more on one of the next 7 days. Nothing is said, and `why` names the reason, with fewer cases, or where the method was no better than the base rate on the newer ones. A promise it is not.",
  "GET /v1/flights/offers/{id}": "Asks the provider whether it still sells the offer, and for how much.",

  "GET /v1/watches":
    "All filters hold together. Each watch has its last price, its low and high, and a line of 30 days.",
  "POST /v1/watches":
    "The days are `departureDate` (with `returnDate`), or `departureFrom` and `departureTo` (with `stayNights`), or `weekendsIn`. Its price is the lowest of all that it covers, 100 pairs of places and days at most. Wishes such as `airlines` or `bags` choose among the offers. It ends by itself before the last departure. An account has 100 watches at most that have not ended.",
  "GET /v1/watches/{id}": "The watch with its rules, state and prices.",
  "PATCH /v1/watches/{id}":
    "A field that is left out stays; null removes it. Days given in one way replace those given in another. A change of what is watched begins a new series of prices.",
  "DELETE /v1/watches/{id}": "To stop it and keep its past, pause it, or mark it booked.",
  "POST /v1/watches/{id}/check":
    "Prices the watch at once, and judges it as any check does. Once in 10 minutes for a fare.",
  "POST /v1/watches/{id}/snooze": "It is still checked, and does not alert. Another snooze replaces the moment.",
  "DELETE /v1/watches/{id}/snooze": "The watch alerts again. It may be repeated.",
  "POST /v1/watches/{id}/pause":
    "It is not checked and does not alert until `POST /v1/watches/{id}/resume`. It may be repeated.",
  "POST /v1/watches/{id}/resume": "It is checked again soon. It may be repeated.",
  "POST /v1/watches/{id}/booked":
    "Without a price the watch ends. With `pricePaid` it goes on with one rule, a price below that; with `keepWatching: false` beside it, the price is stored and the watch ends.",
  "GET /v1/watches/{id}/history":
    "Every check with its price, or every day with its lowest, highest and last one. Checks may be older than the watch, where others watched the same.",
  "GET /v1/watches/{id}/decisions":
    "For each check since the watch was made: the rules that fired, or the first reason for silence, and the price at or below which each rule was true. Opens at a check with `around`; `fold` makes one item of like silent checks.",
  "GET /v1/watches/{id}/insight":
    "Of everything that the watch covers, also of several days and places, by its own record.",
  "GET /v1/watches/{id}/forecast":
    "As `GET /v1/flights/forecast`, for the lowest price of its dates, without its wishes; of several dates for the cheapest ones.",
  "GET /v1/watches/{id}/overview":
    "Its days, where it stands, how its price compares, its alerts and its last decisions in one answer.",
  "POST /v1/watches/simulate":
    "Takes the body of a new watch and applies its rules to the recorded prices. Nothing is stored.",

  "GET /v1/alerts":
    "All filters hold together. Each alert has what its watch covers, and its price now with whether what was told still holds.",
  "GET /v1/alerts/unread": "Of all watches together.",
  "POST /v1/alerts/read":
    "Alerts that come meanwhile stay unread. Answers how many are unread now. It may be repeated.",
  "PATCH /v1/alerts/{id}": "Marks one alert. It may be repeated.",

  "GET /v1/analytics/routes/popular":
    "Routes that at least five different users searched, those of the most users first.",
  "GET /v1/analytics/routes/{route}/paid":
    "Of bookings that stand. Null with fewer than five, by five different users.",
  "GET /v1/analytics/patterns": "Shares of all searches; none under 100 searches, and no share of fewer than five.",

  "GET /v1/numbers":
    "Of each of the last twelve months (UTC) and each provider, newest first: how many prices would have given an alert, and the share that the provider took back when it was asked to confirm. Of the forecast of the last 90 days, by source: what was said, and what came. May be kept for an hour.",
};
