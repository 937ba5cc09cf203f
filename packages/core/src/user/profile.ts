import * as v from "valibot";
import * as Airline from "../airline.ts";
import * as Airport from "../airport.ts";
import { isoDay } from "../base/day.ts";
import { type Fragment, sql } from "../base/db.ts";
import { type Fault, Problem } from "../base/error.ts";
import { list } from "../base/list.ts";
import * as Money from "../base/money.ts";
import { currentName } from "../base/zone.ts";
import { LastName, Name, Phone } from "./field.ts";
import { columns, type Info, type Row, toInfo } from "./row.ts";

const code = (shape: RegExp, what: string) => v.pipe(v.string(), v.toUpperCase(), v.regex(shape, `must be ${what}`));
const airport = code(/^[A-Z]{3}$/, "an airport's IATA code, such as LHR");

/** At most 20, each once. */
const uniqueList = <T extends v.GenericSchema<string, string>>(one: T) =>
  v.pipe(
    list(one, 20),
    v.check((all) => new Set(all).size === all.length, "must name each once"),
  );

/** Created for the first language that is given: it takes longer than everything else at the start. */
let names: Intl.DisplayNames | undefined;

/** BCP 47 in canonical form (en-gb → en-GB), of a language that CLDR has a name for. */
const Language = v.pipe(
  v.string(),
  v.maxLength(35),
  v.check((tag) => canonical(tag) !== undefined, "must be a BCP 47 language tag, such as pt-BR"),
  v.transform((tag) => canonical(tag) ?? tag),
);

function canonical(tag: string): string | undefined {
  try {
    const [one = ""] = Intl.getCanonicalLocales(tag);
    names ??= new Intl.DisplayNames("en", { type: "language", fallback: "none" });
    return names.of(one) === undefined ? undefined : one;
  } catch {
    return undefined;
  }
}

/** A zone name of the IANA database, current or former, as its current name; no offsets, because they know no summer time. */
const TimeZone = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/, "must be an IANA time zone, such as Europe/London"),
  v.maxLength(64),
  v.check((zone) => currentName(zone) !== undefined, "must be an IANA time zone, such as Europe/London"),
  v.transform((zone) => currentName(zone) ?? zone),
);

const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as 22:00"));
const QuietHours = v.pipe(
  v.strictObject({ from: time, to: time }),
  v.check(({ from, to }) => from !== to, "must not be empty"),
);

/** The changeable fields of a user. A field that is left out stays as it is. */
export const Update = v.strictObject({
  firstName: v.optional(Name),
  lastName: v.optional(LastName),
  phone: v.optional(v.nullable(Phone)),
});
export type Update = v.InferInput<typeof Update>;

/** A day until which no message is sent. JavaScript reads 30 February as 2 March, Postgres refuses it. */
const Day = v.pipe(
  v.string(),
  v.regex(/^20\d\d-\d\d-\d\d$/, "must be a day of this century, such as 2026-12-24"),
  v.check((day) => {
    const moment = Date.parse(day);
    return !/^20\d\d-\d\d-\d\d$/.test(day) || (!Number.isNaN(moment) && isoDay(moment) === day);
  }, "must be a day that exists"),
);

export const seats = ["any", "aisle", "middle", "window"] as const;
export const meals = [
  "standard",
  "vegetarian",
  "vegan",
  "kosher",
  "halal",
  "hindu",
  "gluten_free",
  "diabetic",
  "child",
] as const;

/** The user's preferences and quiet hours. Null removes a preference; a field that is left out stays. */
export const Preferences = v.strictObject({
  preferredAirlines: v.optional(uniqueList(Airline.Code)),
  preferredAirports: v.optional(uniqueList(airport)),
  seatPreference: v.optional(v.picklist(seats)),
  mealPreference: v.optional(v.picklist(meals)),
  homeAirport: v.optional(v.nullable(airport)),
  currency: v.optional(v.nullable(Money.Currency)),
  language: v.optional(v.nullable(Language)),
  timeZone: v.optional(v.nullable(TimeZone)),
  quietHours: v.optional(v.nullable(QuietHours)),
  messagesADay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
  digestAt: v.optional(time),
  messagesPausedUntil: v.optional(v.nullable(Day)),
});
export type Preferences = v.InferInput<typeof Preferences>;

/** @throws ValiError, Problem `user.missing` */
export async function update(userId: string, input: unknown): Promise<Info> {
  const { firstName, lastName, phone } = v.parse(Update, input);
  return updatedUser(sql`
    update users
       set first_name = coalesce(${firstName ?? null}, users.first_name),
           last_name = coalesce(${lastName ?? null}, users.last_name),
           phone = case when ${phone === undefined} then users.phone else ${phone ?? null} end,
           phone_as_given = case when ${phone === undefined} then users.phone_as_given end,
           updated_at = now()
     where users.id = ${userId}
    returning ${columns}`);
}

/** @throws ValiError, Problem `user.preference` for codes of no airport we know, `user.missing` */
export async function updatePreferences(userId: string, input: unknown): Promise<Info> {
  const given = v.parse(Preferences, input);
  const errors = unknownCodes(given);
  if (errors.length > 0) throw new Problem("input", "user.preference", "Some of these codes mean nothing.", { errors });
  const { quietHours, homeAirport, currency, language, timeZone, messagesPausedUntil: pausedUntil } = given;
  return updatedUser(sql`
    update users
       set preferred_airlines = coalesce(${given.preferredAirlines ?? null}::text[], users.preferred_airlines),
           preferred_airports = coalesce(${given.preferredAirports ?? null}::text[], users.preferred_airports),
           seat_preference = coalesce(${given.seatPreference ?? null}, users.seat_preference),
           meal_preference = coalesce(${given.mealPreference ?? null}, users.meal_preference),
           home_airport = case when ${homeAirport === undefined} then users.home_airport else ${homeAirport ?? null} end,
           currency = case when ${currency === undefined} then users.currency else ${currency ?? null} end,
           language = case when ${language === undefined} then users.language else ${language ?? null} end,
           time_zone = case when ${timeZone === undefined} then users.time_zone else ${timeZone ?? null} end,
           quiet_from = case when ${quietHours === undefined} then users.quiet_from
                             else ${quietHours?.from ?? null}::time end,
           quiet_to = case when ${quietHours === undefined} then users.quiet_to
                           else ${quietHours?.to ?? null}::time end,
           messages_a_day = coalesce(${given.messagesADay ?? null}, users.messages_a_day),
           digest_at = coalesce(${given.digestAt ?? null}::time, users.digest_at),
           messages_paused_until = case when ${pausedUntil === undefined} then users.messages_paused_until
                                        else ${pausedUntil ?? null}::date end,
           updated_at = now()
     where users.id = ${userId}
    returning ${columns}`);
}

async function updatedUser(statement: Fragment): Promise<Info> {
  const [row] = await statement;
  if (!row) throw new Problem("missing", "user.missing", "There is no such account.");
  return toInfo(row as Row);
}

/** The airports whose codes are well formed but unknown. An unknown airline is taken: it may be a new one. */
function unknownCodes(given: v.InferOutput<typeof Preferences>): Fault[] {
  const codes = [
    ...(given.preferredAirports ?? []).map((code, index) => [`/preferredAirports/${index}`, code] as const),
    ...(given.homeAirport ? [["/homeAirport", given.homeAirport] as const] : []),
  ];
  return codes
    .filter(([, code]) => !Airport.find(code))
    .map(([pointer]) => ({ pointer, detail: "is no airport we know" }));
}
