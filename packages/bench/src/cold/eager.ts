import { all } from "@travel-conductor/core/airport";

// Imports at once everything that core ever loads: its whole libraries, and each of its own modules that is loaded on
// demand.
export * as powertools from "@aws-lambda-powertools/logger";
export * as neon from "@neondatabase/serverless";
export * as argon2 from "@node-rs/argon2";
export * as bcrypt from "@node-rs/bcrypt";
export * as names from "@travel-conductor/core/airport/search";
export { default as airlines } from "@travel-conductor/core/data/airlines.json";
export { default as cities } from "@travel-conductor/core/data/cities.json";
export { default as countries } from "@travel-conductor/core/data/countries.json";
export * as chain from "@travel-conductor/core/flight/chain";
export * as board from "@travel-conductor/core/flight/chain/admin";
export * as duffel from "@travel-conductor/core/flight/duffel";
export * as lead from "@travel-conductor/core/flight/leader";
export * as durable from "@travel-conductor/core/flight/postgres";
export * as simulator from "@travel-conductor/core/flight/simulator";
export * as ticket from "@travel-conductor/core/flight/ticket";
export * as sweep from "@travel-conductor/core/sweep";
export * as common from "@travel-conductor/core/user/common";
export * as upstash from "@upstash/redis";
export * as aws from "aws4fetch";
export * as lucia from "lucia";
export * as valibot from "valibot";
export const airports = all();
