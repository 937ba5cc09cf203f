// The API as they write it who do not ask what a start costs: all that it may ever need is imported at the top.
export * as schema from "@valibot/to-json-schema";
export * as core from "../../core/test/eager.ts";
export { handler } from "../src/api/lambda.ts";
export * as document from "../src/api/openapi.ts";
