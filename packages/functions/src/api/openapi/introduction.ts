/** What holds on every route, in Markdown: the description of the whole document. */
export const introduction = `Finds flights, watches their prices and says when to buy.

Every operation is below \`/v1\`, takes and answers JSON in UTF-8 with names in camelCase, and refuses fields and
parameters that it does not know. To begin, search for a flight: \`GET /v1/flights\` is open to everyone. Then sign up,
and watch what it costs: \`POST /v1/watches\`.

## Signing in

\`POST /v1/auth/signup\` and \`POST /v1/auth/login\` answer a session's token and set a cookie with the same. A program
sends \`Authorization: Bearer <token>\`; a browser leaves it to the cookie \`__Host-session\`, and may change something
only from a page of a known origin. A session ends 30 days after its last use, 90 days after it began, or at
\`POST /v1/auth/logout\`. Where an account has codes of an app switched on, the login answers a \`ticket\`, which
\`POST /v1/auth/login/code\` takes with a code; a passkey signs in alone.

A few operations also require that the password or a passkey was given in this session within the last 10 minutes (403
\`session.unproven\`): call \`POST /v1/auth/reauthenticate\` and repeat the request.

**Keys** are for programs: \`POST /v1/me/keys\` makes one, which is sent in place of a token and may do what its scopes
say. Each operation names the scope that it needs; one that names none takes no key. An operation with an empty list of
security schemes is open to everyone.

## Errors

Every error is a problem of RFC 9457, \`application/problem+json\`. \`code\` is for programs and never changes, \`detail\`
is for people, \`errors\` names every field at fault, and \`type\` is the address of a page about the code that says what
to do: [all codes](/docs/problems). What does not exist, belongs to another account or has an impossible id is the same
404. Past the distribution, at the API's own address, everything but \`/health\` is 403 \`request.edge\`. Of a 5xx, \`requestId\` is what to tell those who run the service. Requests that only read may be repeated after a
502, 503 or 504; others with an \`Idempotency-Key\`, or if doing it twice does no harm.

## Pages

A list answers \`items\` and \`nextCursor\`. \`limit\` is the most items of a page, 1 to 100, by default 25. Send
\`nextCursor\` as \`cursor\` for the next page, until it is null. Items that come meanwhile do not move the pages.

## Doing a thing once

Operations with the header \`Idempotency-Key\` can be repeated without harm: for 24 hours the same key and body make one
thing and are answered alike, byte for byte. With another body the answer is 422 \`idempotency.mismatch\`, while the first
request runs 409 \`idempotency.running\`. A refused request makes nothing, and its key can be used again.

## Limits

Requests are counted by network address and by account, or by key. \`RateLimit-Policy\` states the limits of an answer
and \`RateLimit\` what is left of them; a request beyond one is 429 \`limit.reached\`, and \`Retry-After\` says after how
many seconds to try again. Most requests: 600 a minute from an address, 300 for an account; searches: 60 a minute. A body
has 256 KB at most. Searches and checks that ask a provider have a number of calls a day: \`GET /v1/me/usage\`.

## Money

An amount is text with as many decimals as its currency has, beside the currency: \`{"amount":"123.45","currency":"GBP"}\`.
Prices are for the whole party. A query string has the amount and the currency as two parameters. \`GET /v1/currencies\`
lists the currencies and their decimals.

## Time

A day is \`YYYY-MM-DD\`, local to the place that it is about. A moment is RFC 3339 in UTC: \`2027-06-16T06:35:00.000Z\`.
The times of flights are local to each airport and carry no zone, as on a ticket: \`2027-06-16T06:35\`. Places are IATA
codes of airports or cities, and may be written in lower case.

## What changes

The [changelog](/docs/changelog) lists what a client can notice. Fields may be added to answers at any time. A field
that gets another name is \`deprecated\` here until it goes, and an answer to a request that uses it has the header
\`Deprecation\`.

## What is not here

These are left out on purpose. **Journeys over several cities**: a search is one way, or there and back; search each
part by itself. **Seats**: there is no map of seats and no choice of one; \`seatPreference\` only records what a person
likes. **CO₂**: offers state no emissions, and no search filters or sorts by them.
`;

/** What the operations are about, by the first part of their path. */
export const tags: Record<string, string> = {
  flights: "Searches, the cheapest day of a month, how usual a price is, and what an offer costs now.",
  watches: "Watches over the price of a journey: making and changing them, their states, their past.",
  alerts: "What the watches had to say.",
  bookings: "Flights that were bought or are held: orders, payments, cancellations.",
  shared: "What its owner shares by a link.",
  travelers: "The persons one books for, and their documents.",
  channels: "Where messages about watches go: mail, programs, telephones, chats, feeds.",
  "payment-methods": "Cards, which Stripe holds.",
  feeds: "Alerts as an Atom feed, and watches as a calendar, for other programs.",
  webhooks: "For other services, which tell us something: not for clients.",
  links: "What the links in messages do, without signing in.",
  places: "Places to travel to: facts, what the way there costs, guides, tips and reviews.",
  tips: "What is done with one tip: changes, votes, reports.",
  reviews: "What is done with one review: changes, votes, reports.",
  search: "One search over places, guides, tips, reviews, help, and what is one's own.",
  help: "Pages of help.",
  airports: "Airports, by what people type or by code.",
  airlines: "Airlines and their names.",
  currencies: "Currencies and their decimals.",
  auth: "Signing up, signing in and out, proving an address, forgotten passwords.",
  me: "The account: profile, sessions, passkeys and codes, keys, past searches, export, deletion.",
  analytics: "Figures about all searches, of five people at least.",
  numbers: "Figures about this service itself.",
  admin: "For those who run the service: providers, budgets, figures, messages, tips and reviews.",
  health: "Whether the service works.",
};
