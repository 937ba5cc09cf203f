import type { SSTConfig } from "sst";
import { outside } from "./stacks/alarms/outside.ts";
import { alarms } from "./stacks/alarms.ts";
import { analytics } from "./stacks/analytics.ts";
import { api } from "./stacks/api.ts";
import { bookings } from "./stacks/bookings.ts";
import { delivery } from "./stacks/delivery.ts";
import { flights } from "./stacks/flights.ts";
import { privacy } from "./stacks/privacy.ts";
import { secrets } from "./stacks/secrets.ts";
import { vault } from "./stacks/vault.ts";
import { watcher } from "./stacks/watcher.ts";

export default {
  config: () => ({ name: "travel-conductor", region: "eu-west-2" }),
  async stacks(app) {
    // What AWS has there alone is deployed by itself: `npm run deploy -- --stage … --region us-east-1`.
    if (app.region === "us-east-1") {
      app.stack(outside);
      return;
    }
    if (app.stage !== "production") app.setDefaultRemovalPolicy("destroy");
    app.stack(secrets).stack(vault).stack(flights);
    await app.stack(api);
    app.stack(watcher).stack(bookings).stack(delivery).stack(privacy).stack(analytics).stack(alarms);
  },
} satisfies SSTConfig;
