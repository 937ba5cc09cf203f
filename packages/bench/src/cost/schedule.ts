/** Minutes between two calls of a `cron(…)` that names minutes, or moments of a day or an hour. */
export function minutesOf(schedule: string): number {
  const [, minute, hour] = /^cron\((\S+) (\S+) /.exec(schedule) ?? [];
  const every = /^\d+\/(\d+)$/.exec(minute ?? "");
  if (minute === "*") return 1;
  if (every) return Number(every[1]);
  if (hour === "*") return 60 / (minute ?? "").split(",").length;
  if (hour) return 1_440 / hour.split(",").length;
  throw new Error(`A schedule of another form: ${schedule}`);
}
