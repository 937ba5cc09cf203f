import * as v from "valibot";
import { isoDay } from "../base/day.ts";
import { list } from "../base/list.ts";
import { emailKey, isAddress } from "../base/mailbox.ts";
import { Page } from "../base/page.ts";
import { characters } from "../base/text.ts";
import { Moved } from "../moved.ts";

/** How many travelers a user may have, and how many documents a traveler. */
export const mostTravelers = 20;
export const mostDocuments = 5;

export const genders = ["f", "m", "x"] as const;
export const titles = ["mr", "mrs", "ms", "miss", "dr"] as const;
export const documentTypes = ["passport", "identity_card", "visa", "tax_id"] as const;

/** A day that exists, from 1900 to 2099. */
export const Day = v.pipe(
  v.string(),
  v.regex(/^(19|20)\d\d-\d\d-\d\d$/, "must be a day, such as 1984-05-17"),
  v.check((day) => {
    const moment = Date.parse(day);
    return !/^\d{4}-\d\d-\d\d$/.test(day) || (!Number.isNaN(moment) && isoDay(moment) === day);
  }, "must be a day that exists"),
);

/** A name as in the passport, in any script, in NFC. */
const Name = v.pipe(
  v.string(),
  v.normalize("NFC"),
  v.trim(),
  v.regex(/^[\p{L}\p{M} '’-]*$/u, "must have letters, spaces, hyphens and apostrophes only"),
  v.regex(/\p{L}/u, "must have a letter"),
  v.transform((name) => name.replace(/ +/g, " ")),
  characters(1, 60),
);

const Email = v.pipe(
  v.string(),
  v.trim(),
  v.check((email) => isAddress(email) && isAddress(emailKey(email)), "must be an e-mail address"),
);

/** The form of E.164; whether there can be such a number is looked up (phone.ts). */
const Phone = v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/, "must be in E.164 form, such as +442079460000"));

/** Letters and digits, in capitals and without spaces. */
function number(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.transform((text) => text.replace(/\s/g, "").toUpperCase()),
    v.regex(/^[A-Z0-9]*$/, "must have letters and digits only"),
    characters(min, max),
  );
}

const Airline = v.pipe(v.string(), v.regex(/^[A-Z0-9]{2}$/, "must be an airline's code of two characters, such as BA"));

/** The membership of an airline's programme. */
const loyaltyEntries = { airline: Airline, number: number(4, 20) };

const onceEach = <T extends { airline: string }>(all: T[]) =>
  new Set(all.map(({ airline }) => airline)).size === all.length;
const eachOnce = "must name each airline once";

const required = {
  givenName: Name,
  familyName: Name,
  bornOn: Day,
  gender: v.picklist(genders),
  title: v.picklist(titles),
};
const contact = {
  email: v.optional(v.nullable(Email), null),
  phone: v.optional(v.nullable(Phone), null),
  knownTravelerNumber: v.optional(v.nullable(number(8, 25)), null),
  redressNumber: v.optional(v.nullable(number(7, 13)), null),
};

/** A person who flies, with the names as in the passport. `gender` is what the passport says. */
export const Create = v.strictObject({
  ...required,
  ...contact,
  loyalty: v.optional(v.pipe(list(v.strictObject(loyaltyEntries), 10), v.check(onceEach, eachOnce)), []),
});
export type Create = v.InferInput<typeof Create>;

const line = v.nullable(v.string());

/** An address that was moved in. Nothing is sent there. */
export const Address = v.object({ lines: v.array(v.string()), city: line, postal: line, country: line });

type Field = keyof typeof required;
type Given = v.InferOutput<typeof Create>;

/**
 * What is sealed of a traveler. One that was moved in may lack what is required of a new one: names are empty then, and the
 * rest null. `phoneAsGiven` is a number of which the country is not known.
 */
export type Person = Omit<Given, Exclude<Field, "givenName" | "familyName">> & {
  [F in Exclude<Field, "givenName" | "familyName">]: Given[F] | null;
} & { phoneAsGiven?: string | null; address?: v.InferOutput<typeof Address> | null };

/** The required fields that a traveler lacks. */
export const lackedBy = (person: Pick<Person, Field>): Field[] =>
  (Object.keys(required) as Field[]).filter((field) => !person[field]);

/**
 * A field that is left out stays, and null removes one. A number in `phone` replaces the one that was given without a country,
 * and null removes both. `loyalty` replaces the whole list; a membership without its number
 * keeps the number that is known for the airline.
 */
export const Update = v.strictObject({
  givenName: v.optional(required.givenName),
  familyName: v.optional(required.familyName),
  bornOn: v.optional(required.bornOn),
  gender: v.optional(required.gender),
  title: v.optional(required.title),
  email: v.optional(v.nullable(Email)),
  phone: v.optional(v.nullable(Phone)),
  knownTravelerNumber: v.optional(v.nullable(number(8, 25))),
  redressNumber: v.optional(v.nullable(number(7, 13))),
  address: v.optional(v.null()),
  loyalty: v.optional(
    v.pipe(
      list(v.strictObject({ ...loyaltyEntries, number: v.optional(loyaltyEntries.number) }), 10),
      v.check(onceEach, eachOnce),
    ),
  ),
});
export type Update = v.InferInput<typeof Update>;

/** Whether there is such a country is looked up (country.ts). */
export const countryFault = "must be a country's code of two letters, such as GB";
const Country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, countryFault));

/** A machine readable zone, its lines one below the other. */
const Zone = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("must be the lines at the foot of the document"),
  v.maxLength(200),
);

/** A document to add: its fields, or the machine readable zone in place of all of them. A tax id does not run out. */
export const AddDocument = v.pipe(
  v.strictObject({
    type: v.optional(v.picklist(documentTypes)),
    number: v.optional(
      v.pipe(
        v.string(),
        v.transform((text) => text.replace(/\s/g, "").toUpperCase()),
        v.regex(/^[A-Z0-9](?:[A-Z0-9./-]*[A-Z0-9])?$/, "must have letters and digits, and . / - between them"),
        characters(3, 30),
      ),
    ),
    country: v.optional(Country),
    expiresOn: v.optional(v.nullable(Day)),
    mrz: v.optional(Zone),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const fault = (field: keyof typeof value, message: string) =>
      addIssue({
        message,
        path: [{ type: "object", origin: "value", input: value, key: field, value: value[field] }],
      });
    if (value.mrz !== undefined) {
      for (const field of ["type", "number", "country", "expiresOn"] as const)
        if (value[field] !== undefined) fault(field, "must not be given beside mrz");
      return;
    }
    for (const field of ["type", "number", "country"] as const)
      if (value[field] === undefined) fault(field, "must be given, or mrz in place of all fields");
    const hasEnd = typeof value.expiresOn === "string";
    if (value.type === "tax_id" && hasEnd) fault("expiresOn", "must not be given for a tax id");
    if (value.type !== undefined && value.type !== "tax_id" && !hasEnd) fault("expiresOn", "must be given");
  }),
);
export type AddDocument = v.InferInput<typeof AddDocument>;

/** What is sealed of a document: its number in full, a country's code, and the last day on which it is valid. */
export type Paper = {
  type: (typeof documentTypes)[number];
  number: string;
  country: string;
  expiresOn: string | null;
};

export const ReadZone = v.strictObject({ mrz: Zone });

const day = v.string();
const instant = v.pipe(v.string(), v.isoTimestamp());

/** What a machine readable zone says: nothing of it is stored. */
export const Zoned = v.object({
  type: v.picklist(documentTypes),
  number: v.string(),
  country: v.string(),
  expiresOn: day,
  givenName: v.string(),
  familyName: v.string(),
  bornOn: v.nullable(day),
  gender: v.nullable(v.picklist(genders)),
});
export type Zoned = v.InferOutput<typeof Zoned>;

/** A document as its owner sees it: `numberEnds` is the end of its number. */
export const DocumentInfo = v.object({
  id: v.string(),
  type: v.picklist(documentTypes),
  numberEnds: v.string(),
  country: v.string(),
  expiresOn: v.nullable(day),
  runsOut: v.nullable(v.picklist(["before_end", "within_six_months"])),
  createdAt: instant,
});
export type DocumentInfo = v.InferOutput<typeof DocumentInfo>;

/**
 * A traveler as its owner sees it: of each number the end. `unreadable` are the ids of documents that do not open, and
 * `lacks` the required fields that one lacks that was moved in.
 */
export const Info = v.object({
  id: v.string(),
  givenName: v.string(),
  familyName: v.string(),
  bornOn: v.nullable(day),
  gender: v.nullable(v.picklist(genders)),
  title: v.nullable(v.picklist(titles)),
  email: v.nullable(v.string()),
  phone: v.nullable(v.string()),
  phoneAsGiven: v.nullable(v.string()),
  address: v.nullable(Address),
  lacks: v.array(v.picklist(["givenName", "familyName", "bornOn", "gender", "title"])),
  loyalty: v.array(v.object({ airline: v.string(), numberEnds: v.string() })),
  knownTravelerNumberEnds: v.nullable(v.string()),
  redressNumberEnds: v.nullable(v.string()),
  documents: v.array(DocumentInfo),
  unreadable: v.array(v.string()),
  createdAt: instant,
  updatedAt: instant,
  moved: Moved,
});
export type Info = v.InferOutput<typeof Info>;

/** The last day of the journey that documents are judged for: by default today in UTC. */
const journeyEnds = v.optional(Day);

export const Query = v.strictObject({ journeyEnds });
export const ListQuery = v.strictObject({ ...Page.entries, journeyEnds });
