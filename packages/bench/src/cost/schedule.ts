/** Minutes between two calls of `rate(5 minutes)`, or of a `cron(…)` that names one moment of a day or an hour. */
export function minutesOf(schedule: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (unit) return Number(count) * { minute: 1, hour: 60, day: 1_440 }[unit as "minute"];
  const [, minute, hour] = /^cron\((\S+) (\S+) /.exec(schedule) ?? [];
  const every = /^\d+\/(\d+)$/.exec(minute ?? "");
  if (every) return Number(every[1]);
  if (hour === "*") return 60 / (minute ?? "").split(",").length;
  if (hour) return 1_440 / hour.split(",").length;
  throw new Error(`A schedule of another form: ${schedule}`);
}
