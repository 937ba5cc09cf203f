import type { Fault } from "@travel-conductor/core/base/error";

/** A fault as it is sent: `code` says what is wrong for programs, with the figures and names of `detail` as `values`. */
export type CodedFault = Fault & { code: string; values: Record<string, string | number> };

/** The sentences about fields, and what each means. The names in a sentence are the names of its values. */
const sentences: [sentence: RegExp, code: string][] = [
  [/^is required|^must not be empty$|^must name at least one$|^must have messageId/, "required"],
  [/^at least one rule must be on$/, "required"],
  [/^is not a (?:field of this request|parameter of this route)$/, "unknown"],
  [/^is given more than once$|^must name each once$/, "twice"],
  [/^cannot be given with|^must not be given beside/, "not_together"],

  [/^must be (?<type>text|a number|true or false|a list|an object|null)(?:, not a list)?$/, "type"],
  [/^is not (?<type>JSON) in UTF-8$/, "type"],
  [/^must be a whole number$/, "whole"],
  [/^must be one of (?<options>.+)$/, "choice"],
  [/^must be (?<min>-?[\d.]+) or more$/, "min"],
  [/^must be (?<max>-?[\d.]+) (?:or less|at most)(?:, 400 for days)?$/, "max"],
  [/^must be shorter than (?<max>\d+)$/, "max_length"],
  [/^must have (?<min>\d+) to (?<max>\d+) (?:characters|letters, digits, _ or -)$/, "length"],
  [/^must be (?<min>\d+) to (?<max>\d+) printable ASCII characters$/, "length"],
  [/^must have at least (?<min>\d+) (?<of>character|item)s?/, "min_length"],
  [/^must have at most (?<max>\d+) (?<of>character|item)s?$/, "max_length"],
  [/^must have at most (?<decimals>\d+) decimals$/, "decimals"],
  [/^must have (?<min>\d+) (?<of>character|item)s?$/, "length"],
  [/^must be above zero, with (?:at most (?<decimals>\d+)|no more) decimals/, "amount"],
  [/^is not surely an amount in (?<currency>\w+)$/, "amount"],

  [/^must contain a letter$/, "letter"],
  [/^must be text without control characters$/, "control"],
  [/^must be an e-mail address$/, "email"],
  [/^must be in E\.164 form/, "phone"],
  [/^must be (?:a web address|an address, such as)/, "address"],
  [/^must begin with (?<start>\S+)$/, "address_start"],
  [/^must not name a user$/, "address_user"],
  [/^must not name a port$/, "address_port"],
  [/^(?:must be a|is no) public address$/, "address_public"],
  [/^must be an address of (?<host>\S+)$/, "address_host"],
  [/^must be (?:a day|a date|20\d\d-\d\d-\d\d or later)/, "day"],
  [/^must be a month/, "month"],
  [/^must be a moment/, "moment"],
  [/^must be a time of day/, "time"],
  [/^must be an IANA time zone/, "time_zone"],
  [/^must be a BCP 47 language tag/, "language"],
  [/^must be (?:a currency code|an ISO 4217 currency code)/, "currency"],
  [/^must be a three-letter IATA code/, "place"],
  [/^(?:(?<place>[A-Z]{3}) )?is not the code of an airport|^is no airport we know$/, "place_unknown"],
  [/^must be an airline's two-character IATA code/, "airline"],
  [/^must be an airline's code and a flight's number/, "flight"],

  [/^must be one that fares are sold in/, "currency_unsold"],
  [/^must be (?<currency>\w+), (?:the currency of the watch|as before)/, "currency_other"],
  [/^must be said in the new currency$/, "currency_other"],
  [/^must differ from origin$|^(?:(?<place>[A-Z]{3}) )?must not be where the journey begins$/, "same_place"],
  [/^must not name an airline that is wanted$/, "airline_wanted"],
  [/^would be too many pairs of places: (?<max>\d+) at most$/, "pairs"],
  [/^must not be in the past$/, "past"],
  [/^has run out, on (?<day>[\d-]+)$/, "run_out"],
  [/^must not be more than (?<days>\d+) days (?:ahead|after \w+)$/, "too_far"],
  [/^must (?:be a day|have days|leave days) from today to (?<days>\d+) days ahead/, "not_sold"],
  [/^must begin within the next (?<days>\d+) days$/, "too_far"],
  [/^must leave time/, "too_late"],
  [/^must not be before (?<other>\w+)/, "before"],
  [/^must not be after the last departure$/, "after"],

  [/^must not hold a link/, "link"],
  [/^must not hold an e-mail address$/, "email_inside"],
  [/^must not hold a telephone number$/, "phone_inside"],
  [/^must not have more than four marks/, "marks"],
  [/^must not be more than (?<years>\d+) years ago$/, "too_old"],
  [/^must not (?:be the number of a card|hold the number of a payment card)$/, "card_number"],
  [/^must be (?:\S+, the|a) version of the terms/, "terms"],
  [/^must be born before the journey$|^must not be in the future$/, "future"],
  [/^must be 1 to 20 letters of the passport|^must have (?:letters, spaces|a letter)/, "letters"],
  [/^must have letters and digits/, "letters_digits"],
  [/^must be m or f/, "gender"],
  [/^must be in (?<currency>\w+)$/, "currency_other"],
  [/^must be less than what was paid$/, "amount"],
  [/^must not be added to (?<max>\d+)/, "limit"],
  [/^must not be (?:there|named) twice$|^is named twice$|^must name each airline once$/, "twice"],
  [/^must be true: /, "choice"],
  [/^must be given(?::|, or)|^must have 1 at least$|^is needed/, "required"],
  [/^must not be given for/, "not_together"],
  [/^must be a number that exists in its country$/, "phone_number"],
  [/^must be an airline's code of two characters/, "airline"],
  [/^must be a country's code/, "country"],
  [
    /^must be (?:the lines at the foot|two lines of)|^must have letters, digits and <|^is not of a passport|^names no country that|^has no /,
    "zone",
  ],
  [/(?:that does not fit its|^does not fit its last) check digit$/, "check_digit"],
  [/^is of a person born on another day/, "other_person"],
  [/^an adult for each infant|^the offer is for/, "party"],

  [/^is among the most common passwords$/, "password_common"],
  [/^must not contain the e-mail address$/, "password_email"],
  [/^is used, too old or unknown$|^must be the token of a link$|^is not an answer to a challenge/, "used"],
  [/^is no channel of this account$|^must be the id of/, "id"],
  [/^must be a nextCursor of this list$/, "cursor"],
  [/^must be (?:base64url|\d+ bytes|a point of P-256)/, "encoding"],
  [/^was used for another request$/, "used"],
  [/^must be (?<options>\S+)$/, "choice"],
];

/** What is wrong with a field, by the sentence that says so; `invalid` where there is no closer word. */
export function coded(fault: Fault): CodedFault {
  for (const [sentence, code] of sentences) {
    const found = sentence.exec(fault.detail);
    if (!found) continue;
    const given = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    const values = given.map(([name, value]) => [name, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value] as const);
    return { ...fault, code, values: Object.fromEntries(values) };
  }
  return { ...fault, code: "invalid", values: {} };
}
