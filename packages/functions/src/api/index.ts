import { Hono } from "hono";
import { admin } from "./admin.ts";
import { airports } from "./airports.ts";
import { alerts } from "./alerts.ts";
import { analytics } from "./analytics.ts";
import { auth } from "./auth.ts";
import { docs } from "./docs.ts";
import { flights } from "./flights.ts";
import { bounded, identified, lost, secured, shared, trusted } from "./guard.ts";
import { health } from "./health.ts";
import { me } from "./me.ts";
import { answer } from "./problem.ts";
import { searches } from "./searches.ts";
import { watches } from "./watches.ts";

const routes = new Hono()
  .use(identified, ...secured, shared, trusted, bounded)
  .route("/health", health)
  .route("/v1/auth", auth)
  .route("/v1/me", me)
  .route("/v1/me/searches", searches)
  .route("/v1/airports", airports)
  .route("/v1/flights", flights)
  .route("/v1/watches", watches)
  .route("/v1/alerts", alerts)
  .route("/v1/analytics", analytics)
  .route("/v1/admin", admin);

export const app = routes.route("/", docs(routes)).notFound(lost(routes)).onError(answer);

export type Routes = typeof app;
