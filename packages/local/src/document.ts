import type { Document } from "@travel-conductor/scripts/contract";

/** Addresses that nothing is asked at: the document is made from the routes alone. */
const nowhere = {
  DATABASE_URL: "postgresql://nobody@localhost/none",
  UPSTASH_REDIS_REST_URL: "http://localhost:1",
  UPSTASH_REDIS_REST_TOKEN: "none",
};

/** The OpenAPI document of the API as it is now, without starting a service. */
export async function present(): Promise<Document> {
  for (const [name, value] of Object.entries(nowhere)) process.env[name] ??= value;
  const { app } = await import("@travel-conductor/functions/api/index");
  const { document } = await import("@travel-conductor/functions/api/openapi");
  return JSON.parse(JSON.stringify(document(app.routes)));
}
