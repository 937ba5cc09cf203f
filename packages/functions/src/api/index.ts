import { Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { compressed } from "./compressed.ts";
import { corsHeaders, readBody, requireTrustedOrigin, securityHeaders, withRequestId } from "./guard.ts";
import { notFound } from "./notfound.ts";
import { answer } from "./problem.ts";
import { admin } from "./route/admin.ts";
import { alerts } from "./route/alerts.ts";
import { analytics } from "./route/analytics.ts";
import { auth } from "./route/auth.ts";
import { bookings } from "./route/bookings.ts";
import { channels } from "./route/channels.ts";
import { docs } from "./route/docs.ts";
import { factors } from "./route/factors.ts";
import { feeds } from "./route/feeds.ts";
import { flights } from "./route/flights.ts";
import { guides, guideVersions } from "./route/guides.ts";
import { health } from "./route/health.ts";
import { help } from "./route/help.ts";
import { keys } from "./route/keys.ts";
import { links } from "./route/links.ts";
import { me } from "./route/me.ts";
import { moderation } from "./route/moderation.ts";
import { numbers } from "./route/numbers.ts";
import { payments } from "./route/payments.ts";
import { placePages } from "./route/placepages.ts";
import { places } from "./route/places.ts";
import { myPosts, placePosts, reviews, tips } from "./route/posts.ts";
import { airlines, airports, currencies } from "./route/reference.ts";
import { search } from "./route/search.ts";
import { searches } from "./route/searches.ts";
import { securityTxt } from "./route/securitytxt.ts";
import { shared } from "./route/shared.ts";
import { travelers } from "./route/travelers.ts";
import { watches } from "./route/watches.ts";
import { webhooks } from "./route/webhooks.ts";
import { requireEdge } from "./viewer.ts";
import { waking } from "./waking.ts";

// Hono's first choice of a router cannot hold these routes: it would try at each start, and take this one.
const routes = new Hono({ router: new TrieRouter() })
  .use(
    ...withRequestId,
    waking,
    compressed,
    ...securityHeaders,
    requireEdge,
    corsHeaders,
    requireTrustedOrigin,
    readBody,
  )
  .route("/health", health)
  .route("/v1/auth", auth)
  .route("/v1/me", me)
  .route("/v1/me/factors", factors)
  .route("/v1/me/searches", searches)
  .route("/v1/me/keys", keys)
  .route("/v1/me/posts", myPosts)
  .route("/v1/places", placePosts)
  .route("/v1/tips", tips)
  .route("/v1/reviews", reviews)
  .route("/v1/airports", airports)
  .route("/v1/airlines", airlines)
  .route("/v1/currencies", currencies)
  .route("/v1/places", places)
  .route("/v1/search", search)
  .route("/v1/help", help)
  .route("/v1/flights", flights)
  .route("/v1/watches", watches)
  .route("/v1/alerts", alerts)
  .route("/v1/bookings", bookings)
  .route("/v1/shared", shared)
  .route("/v1/travelers", travelers)
  .route("/v1/channels", channels)
  .route("/v1/payment-methods", payments)
  .route("/v1/feeds", feeds)
  .route("/v1/webhooks", webhooks)
  .route("/v1/links", links)
  .route("/v1/numbers", numbers)
  .route("/v1/analytics", analytics)
  .route("/v1/admin/guides", guides)
  .route("/v1/admin/guide-versions", guideVersions)
  .route("/v1/admin/posts", moderation)
  .route("/v1/admin", admin);

export const app = routes
  .route("/", placePages)
  .route("/.well-known/security.txt", securityTxt)
  .route("/", docs(routes))
  .notFound(notFound(routes))
  .onError(answer);

export type Routes = typeof app;
