/** What means the same wherever it occurs: values, pages, problems, headers. */
export const common: Record<string, string> = {
  amount: "A decimal in text, with as many decimals as the currency has: `123.45`.",
  createdAt: "When it was made (UTC).",
  currency: "An ISO 4217 code, such as `GBP`.",
  day: "A day (UTC), `YYYY-MM-DD`.",
  destination: "The IATA code of the airport or city at the other end, such as `BGY`.",
  expiresAt: "Until when it can be used (UTC).",
  items: "The items of this answer.",
  name: "A name, for people.",
  nextCursor: "What to send as `cursor` for the next page; null on the last one.",
  origin: "The IATA code of the airport or city where the journey begins, such as `STN`.",
  price: "The price for the whole party.",
  simulated: "True where no such flight is flown: the price is made up, by the simulated market or by a test account.",
  "query.cursor": "The `nextCursor` of the page before; left out for the first page.",
  "query.limit": "The most items in the answer.",

  Money: "An amount and its currency.",
  "Money.currency": "The ISO 4217 code of the currency of `amount`, such as `GBP`.",

  Problem: "An error (RFC 9457), answered as `application/problem+json`.",
  "Problem.code": "`domain.reason`, for programs; never changes once published.",
  "Problem.detail": "A sentence for people. It may change.",
  "Problem.errors": "Each field at fault; empty where no field is.",
  "Problem.errors.detail": "What is wrong with the field, for people.",
  "Problem.errors.code":
    "What is wrong with the field, for programs: `required`, `min`, `day` and the like; `invalid` where there is no closer word. docs/api.md lists them.",
  "Problem.errors.values":
    "The figures and names that `detail` has, by name: those that each code has stand in docs/api.md.",
  "Problem.errors.pointer":
    "A JSON pointer into the body (`/childAges/0`), or `#name` of a parameter or header (`#limit`).",
  "Problem.requestId": "The `X-Request-Id` of the request, by which the service's log is searched.",
  "Problem.status": "The HTTP status of the answer.",
  "Problem.title": "The name of the status.",
  "Problem.type": "The page about this code on this origin: what it means and what to do.",

  "header.Idempotency-Key":
    "Chosen by the client, such as a UUID. For 24 hours the same key with the same body makes one thing and is answered alike, byte for byte.",
  "header.X-Request-Id": "Comes back in the answer and in `requestId` of a problem; made where it is missing.",
  "header.Location": "The path of what was made.",
  "header.RateLimit":
    'What is left of each limit, and in how many seconds it starts again: `"general-address";r=599;t=42`.',
  "header.RateLimit-Policy": 'Each limit: the requests, and their window in seconds: `"general-address";q=600;w=60`.',
  "header.Retry-After": "After how many seconds to try again.",
  "header.WWW-Authenticate":
    "The challenge of RFC 6750, with `error` where a token or key was sent that opens nothing or not this.",

  "GET /health.query.stores":
    "`redis` asks Redis alone: for a probe that asks each minute, so that a serverless Postgres may sleep.",
  "GET /health.answer.mail":
    "`sandbox` where SES sends to verified addresses alone; null where no letter was sent for two days.",
  "GET /health.answer.status": "Always `ok`: otherwise the answer is a problem.",
};
