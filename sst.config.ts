import type { SSTConfig } from "sst";
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
    if (app.stage !== "production") app.setDefaultRemovalPolicy("destroy");
    app.stack(secrets).stack(vault).stack(flights);
    await app.stack(api);
    app.stack(watcher).stack(bookings).stack(delivery).stack(privacy).stack(analytics).stack(alarms);
  },
} satisfies SSTConfig;
