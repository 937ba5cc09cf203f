// The API as it is written without a thought for cold starts: it imports every module at the top.

export { handler } from "@travel-conductor/functions/api/lambda";
export * as document from "@travel-conductor/functions/api/openapi";
export * as schema from "@valibot/to-json-schema";
export * as core from "./eager.ts";
