// The API as they write it who do not ask what a start costs: all that it may ever need is imported at the top.

export { handler } from "@travel-conductor/functions/api/lambda";
export * as document from "@travel-conductor/functions/api/openapi";
export * as schema from "@valibot/to-json-schema";
export * as core from "./eager.ts";
