/** The rate of each cron handler, and its timeout in seconds. */
export const clocks = [
  { stack: "watcher", bundle: "cron/sweep", rate: "cron(0/5 * * * ? *)", timeout: 270 },
  { stack: "watcher", bundle: "cron/provider-counts", rate: "cron(0/5 * * * ? *)", timeout: 60 },
  { stack: "bookings", bundle: "cron/book", rate: "cron(* * * * ? *)", timeout: 170 },
  { stack: "delivery", bundle: "cron/deliver", rate: "cron(* * * * ? *)", timeout: 60 },
  { stack: "privacy", bundle: "cron/export", rate: "cron(0/15 * * * ? *)", timeout: 60 },
  { stack: "privacy", bundle: "cron/clean", rate: "cron(0 0 * * ? *)", timeout: 60 },
  { stack: "privacy", bundle: "cron/payments", rate: "cron(0/15 * * * ? *)", timeout: 60 },
  { stack: "analytics", bundle: "cron/flush", rate: "cron(0/5 * * * ? *)", timeout: 60 },
  { stack: "analytics", bundle: "cron/maintenance", rate: "cron(0 * * * ? *)", timeout: 300 },
];

/** The handler of each queue: its timeout in seconds, the messages in an event, and the events in work at once. */
export const queues = [
  { stack: "flights", id: "refresh", bundle: "queue/refresh", fifo: true, seconds: 30, batch: 10, concurrency: 5 },
  { stack: "watcher", id: "sweepTickets", bundle: "queue/sweep", fifo: false, seconds: 270, batch: 1, concurrency: 20 },
  { stack: "bookings", id: "book", bundle: "queue/book", fifo: false, seconds: 170, batch: 1, concurrency: 10 },
  { stack: "privacy", id: "export", bundle: "queue/export", fifo: false, seconds: 60, batch: 10, concurrency: 2 },
  { stack: "delivery", id: "deliver", bundle: "queue/deliver", fifo: false, seconds: 60, batch: 10, concurrency: 2 },
];
