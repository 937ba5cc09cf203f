import { startDuffel } from "@travel-conductor/local/duffel";

/**
 * Measures what sealing costs, and counts what bookings ask for: of KMS in the whole run, of Postgres for a list of 25 and
 * for a new booking, of the seller for 100 orders that are sought among 10,000; and the most memory (MB) of the bundled
 * Lambda that seeks them. The last line is JSON.
 */
const duffel = await startDuffel("GBP");
// The product reads its environment when it is loaded.
Object.assign(process.env, {
  FLIGHT_PROVIDER: "duffel",
  DUFFEL_ACCESS_TOKEN: duffel.token,
  DUFFEL_URL: duffel.url,
  DUFFEL_CURRENCY: "GBP",
  FLIGHT_BUDGET_DUFFEL: "1000000",
});
const kms = process.env.KMS_URL;
let kmsRequests = 0;
const { fetch } = globalThis;
globalThis.fetch = (url, init) => {
  if (kms && String(url instanceof Request ? url.url : url).startsWith(kms)) kmsRequests++;
  return fetch(url, init);
};
const { sealing } = await import("./bookings/sealing.ts");
const { orders } = await import("./bookings/orders.ts");
const figures = { ...(await sealing()), ...(await orders(duffel)), kms_requests: kmsRequests };
await duffel.stop();
console.log(JSON.stringify(figures));
