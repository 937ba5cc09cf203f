/** Chooses the text for a number by the language's rules; `other` is always given. */
export type Plural = (count: number, texts: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }) => string;

export function pluralOf(locale: string): Plural {
  const rules = new Intl.PluralRules(locale);
  return (count, texts) => texts[rules.select(count)] ?? texts.other;
}

/** An amount as the API gives it: `amount` in the currency's main unit, with all its decimals. */
export type Money = { amount: string; currency: string };

const kept = new Map<string, unknown>();
/** Intl's formats are slow to make: each is made once. */
function keep<T>(key: string, make: () => T): T {
  const found = kept.get(key) as T | undefined;
  if (found !== undefined) return found;
  const made = make();
  kept.set(key, made);
  return made;
}

/** How a reader's language writes money, days and moments. `zone` is that of the reader, by default the browser's. */
export type Format = ReturnType<typeof formatOf>;

export function formatOf(locale: string, zone?: string) {
  const dates = (name: string, options: Intl.DateTimeFormatOptions) =>
    keep(`${locale} ${zone} ${name}`, () => new Intl.DateTimeFormat(locale, options));
  // To ask the browser for its zone costs 15 ms on a phone; where none is named, that zone is taken.
  const here = zone === undefined ? {} : { timeZone: zone };
  /** A calendar day of a place, which belongs to no zone. */
  const day = (date: string, name: string, options: Intl.DateTimeFormatOptions) =>
    dates(name, { ...options, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
  /** The calendar day of an instant in the reader's zone: `2027-01-24`. */
  const dayOf = (at: string) =>
    keep(
      `${zone} day of`,
      () => new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...here }),
    ).format(new Date(at));
  return {
    locale,
    dayOf,
    money: ({ amount, currency }: Money) =>
      keep(`${locale} ${currency}`, () => new Intl.NumberFormat(locale, { style: "currency", currency })).format(
        amount as unknown as number,
      ),
    /** Without decimals, for a crowded place. */
    roundMoney: ({ amount, currency }: Money) =>
      keep(
        `${locale} ${currency} 0`,
        () => new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 0 }),
      ).format(amount as unknown as number),
    /** The difference with its sign: `+£4.00`. */
    change: ({ amount, currency }: Money) =>
      keep(
        `${locale} ${currency} +`,
        () => new Intl.NumberFormat(locale, { style: "currency", currency, signDisplay: "exceptZero" }),
      ).format(amount as unknown as number),
    number: (value: number) => keep(`${locale} number`, () => new Intl.NumberFormat(locale)).format(value),
    percent: (share: number) =>
      keep(`${locale} percent`, () => new Intl.NumberFormat(locale, { style: "percent" })).format(share),
    /** Small shares too: `0.12%`. */
    finePercent: (share: number) =>
      keep(
        `${locale} fine percent`,
        () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }),
      ).format(share),
    /** `Sun 24 Jan`, with the year where it is not this one. */
    day: (date: string) => {
      const year = date.slice(0, 4) === String(new Date().getFullYear()) ? {} : { year: "numeric" as const };
      return day(date, `day ${Object.keys(year).length}`, {
        weekday: "short",
        day: "numeric",
        month: "short",
        ...year,
      });
    },
    longDay: (date: string) =>
      day(date, "long day", { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    weekday: (date: string, width: "short" | "long") => day(date, `weekday ${width}`, { weekday: width }),
    shortDay: (date: string) => day(date, "short day", { day: "numeric", month: "short" }),
    month: (month: string) => day(`${month}-01`, "month", { month: "long", year: "numeric" }),
    /** An instant in the reader's zone, in full. */
    moment: (at: string) => dates("moment", { dateStyle: "medium", timeStyle: "short", ...here }).format(new Date(at)),
    time: (at: string) => dates("time", { timeStyle: "short", ...here }).format(new Date(at)),
    /** `3 minutes ago`, `in 2 hours`. */
    age: (at: string, now = Date.now()) => {
      const relative = keep(`${locale} relative`, () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
      const seconds = Math.round((Date.parse(at) - now) / 1000);
      // "Tomorrow" is a day of the calendar: the time to a flight of the day after is still less than two days long.
      if (Math.abs(seconds) >= msPerDay / 1_000)
        return relative.format(daysLater(dayOf(new Date(now).toISOString()), dayOf(at)), "day");
      for (const [unit, length] of units) {
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
      }
      return relative.format(0, "second");
    },
    /** An airport's own clock, as printed on the ticket: `2027-01-24T10:20` is 10:20. */
    clock: (local: string) =>
      dates("clock", { timeStyle: "short", timeZone: "UTC" }).format(new Date(`${local.slice(0, 16)}:00Z`)),
    duration: (iso: string) => {
      const { days, hours, minutes } = durationOf(iso);
      const unit = (value: number, name: string) =>
        keep(
          `${locale} ${name}`,
          () => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" }),
        ).format(value);
      return [days * 24 + hours > 0 ? unit(days * 24 + hours, "hour") : "", minutes > 0 ? unit(minutes, "minute") : ""]
        .filter(Boolean)
        .join(" ");
    },
    list: (items: string[]) => keep(`${locale} list`, () => new Intl.ListFormat(locale)).format(items),
    currency: (code: string) =>
      keep(`${locale} currencies`, () => new Intl.DisplayNames(locale, { type: "currency" })).of(code) ?? code,
    region: (code: string) =>
      keep(`${locale} region`, () => new Intl.DisplayNames(locale, { type: "region" })).of(code) ?? code,
  };
}

const msPerDay = 86_400_000;
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["hour", 3_600],
  ["minute", 60],
];

/** The parts of an ISO 8601 duration such as `P1DT2H55M`. */
export function durationOf(iso: string): { days: number; hours: number; minutes: number } {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?/.exec(iso) ?? [];
  return { days: Number(days ?? 0), hours: Number(hours ?? 0), minutes: Number(minutes ?? 0) };
}

/** The calendar days from one local time to another: 1 for an arrival on the next day. */
export function daysLater(from: string, to: string): number {
  return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / msPerDay);
}
