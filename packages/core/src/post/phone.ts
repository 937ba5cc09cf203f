import { type CountryCode, findPhoneNumbersInText } from "libphonenumber-js/max";
import { type Fault, invalidFields } from "../base/error.ts";
import { faults } from "./text.ts";

/**
 * Whether a text holds a telephone number: in international form, or as one of `country` (ISO 3166-1) with at least
 * eight digits. Two years with a dash between them are none.
 */
export function holdsPhone(text: string, country: string | undefined): boolean {
  const plain = text.normalize("NFKC");
  if ((plain.match(/\p{Nd}/gu)?.length ?? 0) < 7) return false;
  if (/\+\s?\d(?:[\s().\-/]{0,2}\d){7,}/.test(plain)) return true;
  const given = country === undefined ? {} : { defaultCountry: country as CountryCode };
  return findPhoneNumbersInText(plain, given).some(({ startsAt, endsAt }) => {
    const found = plain.slice(startsAt, endsAt);
    if (/^(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d$/.test(found)) return false;
    return found.startsWith("+") || (found.match(/\d/g)?.length ?? 0) >= 8;
  });
}

/** @throws Problem `request.invalid` at each of the fields that hold one */
export function refusePhones(fields: Record<string, string | null | undefined>, country: string | undefined): void {
  const found: Fault[] = Object.entries(fields).flatMap(([name, text]) =>
    text && holdsPhone(text, country) ? [{ pointer: `/${name}`, detail: faults.phone }] : [],
  );
  if (found.length > 0) throw invalidFields(found);
}
