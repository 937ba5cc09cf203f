// All that core depends on, whole.
export * as powertools from "@aws-lambda-powertools/logger";
export * as neon from "@neondatabase/serverless";
export * as argon2 from "@node-rs/argon2";
export * as bcrypt from "@node-rs/bcrypt";
export * as ratelimit from "@upstash/ratelimit";
export * as upstash from "@upstash/redis";
export * as aws from "aws4fetch";
export * as lucia from "lucia";
export * as minisearch from "minisearch";
export * as valibot from "valibot";
