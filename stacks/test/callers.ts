/** The rate of each cron handler, and its timeout in seconds. */
export const clocks = [
  { stack: "watcher", bundle: "cron/sweep", rate: "cron(0/5 * * * ? *)", timeout: 270 },
  { stack: "watcher", bundle: "cron/provider-counts", rate: "cron(0/5 * * * ? *)", timeout: 60 },
  { stack: "delivery", bundle: "cron/wake", rate: "cron(* * * * ? *)", timeout: 30 },
  { stack: "privacy", bundle: "cron/clean", rate: "cron(0 0 * * ? *)", timeout: 60 },
  { stack: "analytics", bundle: "cron/flush", rate: "cron(0/5 * * * ? *)", timeout: 60 },
  { stack: "analytics", bundle: "cron/maintenance", rate: "cron(0 * * * ? *)", timeout: 300 },
];

/** The handler of each queue: its timeout in seconds, the messages in an event, and the events in work at once. */
export const queues = [
  { stack: "flights", id: "refresh", bundle: "queue/refresh", seconds: 30, batch: 10, concurrency: 5 },
];

/** The handlers that are called without waiting for them: the timeout in seconds, and how many run at once. */
export const hurried = [
  { stack: "watcher", id: "help", bundle: "hurried/sweep", timeout: 270, atOnce: 20 },
  { stack: "bookings", id: "book", bundle: "hurried/book", timeout: 170, atOnce: 10 },
  { stack: "privacy", id: "export", bundle: "hurried/export", timeout: 60, atOnce: 2 },
  { stack: "privacy", id: "cards", bundle: "hurried/cards", timeout: 60, atOnce: 1 },
  { stack: "delivery", id: "deliver", bundle: "hurried/deliver", timeout: 60, atOnce: 2 },
];
