import { Config, type StackContext } from "sst/constructs";

/**
 * The secrets of a stage, set once by `sst secrets set` and read from SSM at start. `store` is for every Lambda,
 * `providers` for those that ask for fares or count provider calls, `factors` for the one that signs users in, `edge` for
 * the one behind the distribution, `messages` for those that add or open channels, `bot` for the one that Telegram calls,
 * `payments` for those that call Stripe, each of the others for the one Lambda that needs it.
 */
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
  const providers = Config.Secret.create(
    stack,
    "FLIGHT_PROVIDER",
    "DUFFEL_ACCESS_TOKEN",
    "DUFFEL_CURRENCY",
    "FLIGHT_BUDGET_DUFFEL",
    "FLIGHT_WATCH_SHARE",
    "FLIGHT_CALLS_PER_ADDRESS",
    "FLIGHT_CALLS_PER_ACCOUNT",
    "FLIGHT_CALLS_UNPROVEN",
    "OFFER_SECRET",
    "OFFER_SECRET_BEFORE",
    "FLIGHT_CHAIN",
    "FLIGHT_HEDGE_AFTER",
  );
  const factors = Config.Secret.create(stack, "FACTOR_SECRET", "FACTOR_SECRET_BEFORE", "PASSKEY_RP_ID");
  const messages = Config.Secret.create(stack, "MESSAGE_SECRET", "MESSAGE_SECRET_BEFORE", "PUSH_PRIVATE_KEY");
  const bot = Config.Secret.create(stack, "TELEGRAM_BOT", "TELEGRAM_SECRET");
  const { TELEGRAM_TOKEN } = Config.Secret.create(stack, "TELEGRAM_TOKEN");
  const { STRIPE_KEY, STRIPE_PUBLIC_KEY, STRIPE_WEBHOOK_SECRET } = Config.Secret.create(
    stack,
    "STRIPE_KEY",
    "STRIPE_PUBLIC_KEY",
    "STRIPE_WEBHOOK_SECRET",
  );
  const { DUFFEL_WEBHOOK_SECRET } = Config.Secret.create(stack, "DUFFEL_WEBHOOK_SECRET");
  const edge = Config.Secret.create(stack, "EDGE_SECRET", "EDGE_SECRET_BEFORE");
  return {
    store: Object.values(store),
    providers: Object.values(providers),
    factors: Object.values(factors),
    messages: Object.values(messages),
    bot: Object.values(bot),
    TELEGRAM_TOKEN,
    // The public key is checked against the secret one wherever that is read.
    payments: [STRIPE_KEY, STRIPE_PUBLIC_KEY],
    STRIPE_WEBHOOK_SECRET,
    DUFFEL_WEBHOOK_SECRET,
    edge: Object.values(edge),
    ALLOWED_ORIGINS,
    MAIL_FROM,
    APP_URL,
  };
}
