import { type Fault, Problem } from "../base/error.ts";
import type { Criteria, Party, Passenger } from "../flight.ts";
import type { Opened } from "../traveler.ts";
import * as Traveler from "../traveler.ts";

/** Returns the years between two days, as a birthday counts them: a person born on 29 February is older on 1 March. */
export function ageOn(bornOn: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(bornOn.slice(0, 4));
  return day.slice(5) < bornOn.slice(5) ? years - 1 : years;
}

type Days = Pick<Criteria, "departureDate" | "returnDate">;

/** The days on which the party travels: ages count on each of them, and a child may become one too old on the way. */
const daysOf = ({ departureDate, returnDate }: Days) => [departureDate, returnDate ?? departureDate];

/** What airlines count a person as, by the age on the days of travel. */
export function kindOf(bornOn: string, days: Days): Passenger["kind"] {
  const [first, last] = daysOf(days).map((day) => ageOn(bornOn, day));
  // Airlines seat an infant that turns two on the way as a child for the whole journey.
  if ((last ?? 0) < 2) return "infant";
  return (first ?? 0) < 18 ? "child" : "adult";
}

/** The age that a child is sold a seat for: one that comes of age on the way stays a child. */
const childAge = (bornOn: string, last: string) => Math.min(17, ageOn(bornOn, last));

/** A traveler with all that is required of a new one. */
export type Complete = Opened & {
  bornOn: string;
  gender: NonNullable<Opened["gender"]>;
  title: NonNullable<Opened["title"]>;
};

/**
 * Rejects travelers that were moved in and lack what airlines ask for, before flights are looked for.
 * @throws Problem `booking.party` with every field that one of them lacks
 */
export function requireComplete(travelers: Opened[]): Complete[] {
  const errors = travelers.flatMap((traveler, index): Fault[] => {
    const lacked = Traveler.lackedBy(traveler);
    if (lacked.length === 0) return [];
    const contact = (["email", "phone"] as const).filter((field) => !traveler[field]);
    return [...lacked, ...contact].map((field) => ({
      pointer: `/travelers/${index}/${field}`,
      detail: "is needed by airlines",
    }));
  });
  if (errors.length > 0) throw partyProblem(errors);
  return travelers as Complete[];
}

/**
 * The party of these travelers, by their ages on the days of travel.
 * @throws Problem `booking.party` with the travelers at fault
 */
export function partyOf(travelers: Pick<Complete, "bornOn">[], criteria: Criteria): Party {
  const [first, last] = daysOf(criteria);
  const kinds = travelers.map(({ bornOn }) => kindOf(bornOn, criteria));
  const count = (kind: Passenger["kind"]) => kinds.filter((one) => one === kind).length;
  const errors = travelers.flatMap(({ bornOn }, index): Fault[] =>
    bornOn > (first ?? "") ? [{ pointer: `/travelers/${index}`, detail: "must be born before the journey" }] : [],
  );
  const pointer = "/travelers";
  if (count("infant") > count("adult")) errors.push({ pointer, detail: "an adult for each infant at least" });
  const children = criteria.childAges.length;
  if (count("adult") !== criteria.adults || count("child") !== children || count("infant") !== criteria.infants)
    errors.push({ pointer, detail: `the offer is for ${describe(criteria)}` });
  if (errors.length > 0) throw partyProblem(errors);
  const childAges = travelers
    .filter((_, index) => kinds[index] === "child")
    .map(({ bornOn }) => childAge(bornOn, last!))
    .sort((a, b) => a - b);
  return { adults: criteria.adults, childAges, infants: criteria.infants };
}

export const partyProblem = (errors: Fault[]) =>
  new Problem("input", "booking.party", "These travelers cannot travel by this offer.", { errors });

function describe({ adults, childAges, infants }: Criteria): string {
  const some = (count: number, one: string, more: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];
  const parts = [
    ...some(adults, "adult", "adults"),
    ...some(childAges.length, "child", "children"),
    ...some(infants, "infant", "infants"),
  ];
  return parts.join(", ");
}

/** What airlines take as a name: letters of A to Z, spaces, hyphens and apostrophes, 20 at most. */
const nameOf = (name: string) =>
  name
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/ß/g, "ss")
    .replace(/[æÆ]/g, "ae")
    .replace(/[øØ]/g, "o")
    .replace(/[łŁ]/g, "l")
    .replace(/[đĐðÐ]/g, "d")
    .replace(/[þÞ]/g, "th")
    .replace(/[œŒ]/g, "oe")
    .replace(/[’ʼ]/g, "'");
const isName = (name: string) => /^[A-Za-z][A-Za-z' -]{0,19}$/.test(name);

/**
 * The travelers as the airline takes them.
 * @throws Problem `booking.party` with the fields that are missing or that no airline takes
 */
export function passengersOf(travelers: Complete[], criteria: Criteria, documentsRequired: boolean): Passenger[] {
  const errors: Fault[] = [];
  const [, last] = daysOf(criteria);
  const passengers = travelers.map((traveler, index): Passenger => {
    const missing = (field: string, detail: string) => errors.push({ pointer: `/travelers/${index}/${field}`, detail });
    const [givenName, familyName] = [nameOf(traveler.givenName), nameOf(traveler.familyName)];
    if (!isName(givenName)) missing("givenName", "must be 1 to 20 letters of the passport's lines for machines");
    if (!isName(familyName)) missing("familyName", "must be 1 to 20 letters of the passport's lines for machines");
    const { title, gender, email, phone } = traveler;
    if (!title) missing("title", "is needed by airlines");
    if (gender !== "m" && gender !== "f")
      missing("gender", "must be m or f, as in the passport: airlines take no other");
    if (!email) missing("email", "is needed by airlines");
    if (!phone) missing("phone", "is needed by airlines");
    const passport = traveler.documents.find(
      ({ type, expiresOn }) => type === "passport" && (expiresOn ?? "") >= last!,
    );
    if (documentsRequired && !passport) missing("documents", "needs a passport that is valid until the journey's end");
    const kind = kindOf(traveler.bornOn, criteria);
    return {
      kind,
      age: (kind === "child" ? childAge : ageOn)(traveler.bornOn, last!),
      title: title ?? "mr",
      gender: gender === "f" ? "f" : "m",
      givenName,
      familyName,
      bornOn: traveler.bornOn,
      email: email ?? "",
      phone: phone ?? "",
      ...(documentsRequired && passport
        ? { passport: { number: passport.number, country: passport.country, expiresOn: passport.expiresOn! } }
        : {}),
    };
  });
  if (errors.length > 0) throw partyProblem(errors);
  return passengers;
}
