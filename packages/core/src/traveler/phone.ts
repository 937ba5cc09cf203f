// With the patterns of all kinds of numbers: those without them accept twice as many texts, by a count of random ones.
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Whether a number in E.164 form can be one of its country's: by length and by the digits that it begins with. */
export function isNumber(phone: string): boolean {
  const parsed = parsePhoneNumberFromString(phone);
  return parsed?.isValid() === true && parsed.number === phone;
}
