import { startPostgres } from "@travel-conductor/local/postgres";
import { startRedis } from "@travel-conductor/local/redis";

// The same PostgreSQL and Redis as those of `npm start`, and nothing else. Its data is in DATA_DIR.
await startPostgres({ dir: `${process.env.DATA_DIR}/postgres` });
await startRedis();
console.log("up");
setInterval(() => undefined, 1_000_000);
