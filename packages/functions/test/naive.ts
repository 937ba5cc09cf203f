// The bare handler with the API's libraries imported above it, as one imports them who does not ask what a start costs.
export * as schema from "@valibot/to-json-schema";
export * as libraries from "../../core/test/libraries.ts";
export { handler } from "../../local/src/bench/alone.ts";
