import { bare } from "./bare.ts";

const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "" } = process.env;
const { BENCH_COMMANDS: commands = "", BENCH_ANSWER: answer = "" } = process.env;

/** The bare handler in a bundle of its own. Its environment holds the commands to send and the answer to return. */
export const handler = bare({ url, token }, () => commands, answer);
