import * as v from "valibot";
import * as Airline from "../airline.ts";
import { sql } from "../base/db.ts";
import { currentName } from "../base/zone.ts";
import * as Moved from "../moved.ts";

/**
 * An account as its owner sees it. Codes are IATA's and ISO 4217's, the language BCP 47's, the time zone IANA's; quiet
 * hours are local times in that zone and may run over midnight. Null means not set.
 */
export const Info = v.object({
  id: v.string(),
  email: v.string(),
  emailVerified: v.boolean(),
  firstName: v.string(),
  lastName: v.string(),
  phone: v.nullable(v.string()),
  phoneAsGiven: v.nullable(v.string()),
  preferredAirlines: v.array(v.string()),
  unknownAirlines: v.array(v.string()),
  preferredAirports: v.array(v.string()),
  seatPreference: v.string(),
  mealPreference: v.string(),
  homeAirport: v.nullable(v.string()),
  currency: v.nullable(v.string()),
  language: v.nullable(v.string()),
  timeZone: v.nullable(v.string()),
  quietHours: v.nullable(v.object({ from: v.string(), to: v.string() })),
  messagesADay: v.number(),
  digestAt: v.string(),
  messagesPausedUntil: v.nullable(v.string()),
  isOperator: v.pipe(v.boolean(), v.description("may use the routes below /v1/admin")),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  moved: Moved.Moved,
});
export type Info = v.InferOutput<typeof Info>;

export const columns = sql`
  users.id, users.email, users.email_verified as "emailVerified", users.first_name as "firstName",
  users.last_name as "lastName", users.phone, users.phone_as_given as "phoneAsGiven", users.preferred_airlines as "preferredAirlines",
  users.preferred_airports as "preferredAirports", users.seat_preference as "seatPreference",
  users.meal_preference as "mealPreference", users.home_airport as "homeAirport", users.currency, users.language,
  users.time_zone as "timeZone", to_char(users.quiet_from, 'HH24:MI') as "quietFrom",
  to_char(users.quiet_to, 'HH24:MI') as "quietTo", users.messages_a_day as "messagesADay",
  to_char(users.digest_at, 'HH24:MI') as "digestAt", users.messages_paused_until::text as "messagesPausedUntil", users.is_operator as "isOperator", users.created_at as "createdAt",
  ${Moved.of("users", sql`users.legacy_id`)} as moved`;

export type Row = Omit<Info, "createdAt" | "quietHours" | "unknownAirlines"> & {
  createdAt: Date;
  quietFrom: string | null;
  quietTo: string | null;
};

export async function toInfo({ createdAt, quietFrom, quietTo, timeZone: stored, ...row }: Row): Promise<Info> {
  const quietHours = quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo };
  const unknownAirlines = await Airline.unknown(row.preferredAirlines);
  // The database may hold a name from before the zone was renamed.
  const timeZone = stored && (currentName(stored) ?? stored);
  return { ...row, timeZone, unknownAirlines, quietHours, createdAt: createdAt.toISOString() };
}
