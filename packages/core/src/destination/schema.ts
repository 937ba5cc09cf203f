import * as v from "valibot";
import * as Airport from "../airport.ts";
import { daysBetween } from "../base/day.ts";
import * as Money from "../base/money.ts";
import { Page } from "../base/page.ts";
import { Prose } from "../base/proseschema.ts";
import * as Flight from "../flight.ts";
import * as Post from "../post.ts";

export const languages = ["en", "de"] as const;
export const Language = v.picklist(languages);
export const sections = [
  "overview",
  "best_time",
  "getting_in",
  "getting_around",
  "staying",
  "food",
  "families",
  "money",
  "safety",
] as const;
export const Section = v.picklist(sections);

/** The most days that are looked at for holidays. */
const mostDays = 366;

export const List = Page;
export type List = v.InferInput<typeof List>;

/** How many days the last day is after the first; undefined unless both are days. */
function length({ firstDay, lastDay }: { firstDay?: string | undefined; lastDay?: string | undefined }) {
  return v.is(Flight.Day, firstDay) && v.is(Flight.Day, lastDay) ? daysBetween(firstDay, lastDay) : undefined;
}

/** The reader's home, the party, the cabin and the kind of trip, and the days to look for holidays: by default the next 90. */
export const Query = v.pipe(
  v.strictObject({
    from: v.optional(Flight.Place),
    trip: v.optional(v.picklist(["one_way", "return"]), "one_way"),
    ...(({ adults, childAges }) => ({ adults, childAges }))(Flight.criteriaEntries),
    cabin: Flight.criteriaEntries.cabin,
    currency: Flight.criteriaEntries.currency,
    language: v.optional(Language, "en"),
    firstDay: v.optional(Flight.Day),
    lastDay: v.optional(Flight.Day),
  }),
  v.forward(
    v.check(
      ({ firstDay, lastDay }) => (firstDay === undefined) === (lastDay === undefined),
      "is required with firstDay, and only with it",
    ),
    ["lastDay"],
  ),
  v.forward(
    v.check((query) => (length(query) ?? 0) >= 0, "must not be before firstDay"),
    ["lastDay"],
  ),
  v.forward(
    v.check((query) => (length(query) ?? 0) <= mostDays, `must not be more than ${mostDays} days after firstDay`),
    ["lastDay"],
  ),
  v.forward(
    v.check(({ adults, childAges }) => adults + childAges.length <= 9, "nine seats at most, children included"),
    ["childAges"],
  ),
);
export type Query = v.InferInput<typeof Query>;
export type Asked = v.InferOutput<typeof Query>;

const count = v.pipe(v.number(), v.integer());
const minutes = v.pipe(v.number(), v.integer());
const day = v.pipe(v.string(), v.isoDate());
const clock = v.nullable(v.string());

/** Facts about a place; where each comes from is in docs/content.md. */
export const Facts = v.object({
  currencies: v.array(v.string()),
  languages: v.array(v.string()),
  callingCodes: v.array(v.string()),
  time: v.object({
    offset: minutes,
    ahead: v.nullable(minutes),
  }),
  daylight: v.array(v.object({ month: count, minutes, sunrise: clock, sunset: clock })),
  nonstop: v.object({
    airports: count,
    fromHome: v.array(
      v.object({
        from: v.string(),
        to: v.string(),
        minutes: minutes,
        airlines: v.array(v.object({ code: v.string(), name: v.string(), weekly: count })),
      }),
    ),
  }),
});
export type Facts = v.InferOutput<typeof Facts>;

export const Holiday = v.object({
  day,
  name: v.string(),
  localName: v.nullable(v.string()),
  kind: v.picklist(["public", "bank", "school"]),
});

const sampled = { observations: count, median: Money.Info };

/**
 * What the way here costs, for the party of the query, from the prices of the 90 days before.
 * Of each group only what at least 30 observations on 14 days say.
 */
export const Costs = v.object({
  origin: v.string(),
  destination: v.string(),
  source: v.string(),
  simulated: v.boolean(),
  sample: v.object({ observations: count, days: count }),
  status: v.picklist(["known", "unknown"]),
  lowest: v.nullable(Money.Info),
  months: v.array(
    v.object({ month: Flight.Month, ...sampled, lowest: Money.Info, lower: Money.Info, upper: Money.Info }),
  ),
  weeks: v.array(v.object({ monday: day, ...sampled })),
  leads: v.array(v.object({ from: count, to: v.nullable(count), ...sampled })),
  weekdays: v.array(v.object({ weekday: count, ...sampled })),
  watchers: v.nullable(v.object({ people: count, alerts: count, median: Money.Info })),
});
export type Costs = v.InferOutput<typeof Costs>;

/** A section that an operator published. */
export const Part = v.object({
  section: Section,
  language: Language,
  title: v.string(),
  blocks: Prose,
  checkedOn: day,
});

/** The content of a place's page. */
export const Guide = v.object({
  place: Airport.Info,
  facts: Facts,
  holidays: v.object({ firstDay: day, lastDay: day, items: v.array(Holiday) }),
  costs: v.nullable(Costs),
  guide: v.array(Part),
  posts: Post.Best,
});
export type Guide = v.InferOutput<typeof Guide>;
