import { Config, type StackContext } from "sst/constructs";

/** What is set once a stage by `sst secrets set` and read from SSM at start: `store` by every Lambda, the rest by the one that needs it. */
export function secrets({ stack }: StackContext) {
  const { ALLOWED_ORIGINS, MAIL_FROM, APP_URL, ...store } = Config.Secret.create(
    stack,
    "DATABASE_URL",
    "UPSTASH_REDIS_REST_URL",
    "UPSTASH_REDIS_REST_TOKEN",
    "ALLOWED_ORIGINS",
    "MAIL_FROM",
    "APP_URL",
  );
  return { store: Object.values(store), ALLOWED_ORIGINS, MAIL_FROM, APP_URL };
}
