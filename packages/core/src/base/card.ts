/**
 * How card numbers begin, and how long they are, by the lists that issuers publish. A list of all that begin so would
 * refuse more than three in a hundred numbers of 16 digits; so it is as narrow as the cards in use allow.
 */
const issuers: [name: string, starts: RegExp, lengths: number[]][] = [
  ["Visa", /^4/, [13, 16, 19]],
  ["Mastercard", /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  ["American Express", /^3[47]/, [15]],
  ["Diners Club", /^(30[0-5]|3095|36|3[89])/, [14]],
  ["JCB", /^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  ["Discover", /^(6011|64[4-9]|65)/, [16, 17, 18, 19]],
  ["UnionPay", /^62/, [16, 17, 18, 19]],
  ["Maestro", /^(5018|5020|5038|5893|6304|6759|676[1-3])/, [13, 14, 15, 16, 17, 18, 19]],
  ["RuPay", /^(60[78]|6521|6522|508[5-9]|81|82)/, [16]],
  ["Mir", /^220[0-4]/, [16, 17, 18, 19]],
  ["Troy", /^9792/, [16]],
];

const [shortest, longest] = [13, 19];
/** The most digits of a telephone number (E.164), which is written with a plus before it. */
const phone = 15;

const digit = /\p{Nd}/u;
const digits = /\p{Nd}/gu;
/** One in a thousand of them has digits that look like a card's across its dashes. */
const uuid = /\b(?=[\d-]*[a-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi;
/** What people write between the digits: spaces of any width, dots, dashes, and marks that are not seen. */
const between = /[\p{Zs}\t\n\r\p{Pd}\p{Cf}.\u00b7\u2212\u30fb]/u;

/**
 * Whether a text holds what looks like the number of a payment card: 13 to 19 digits of any script, in groups with
 * spaces, dots or dashes between them, that pass Luhn's check and begin like an issuer's. A number with a plus before
 * it is one of a telephone.
 */
export function holdsCardNumber(text: string): boolean {
  // Most texts have not that many digits.
  if (text.length < shortest || (text.match(digits)?.length ?? 0) < shortest) return false;
  let groups: string[] = [];
  let isPhone = false;
  let before = "";
  let wasDigit = false;
  for (const sign of text.replace(uuid, "-")) {
    if (digit.test(sign)) {
      if (groups.length === 0) isPhone = before === "+" || before === "\uff0b";
      if (wasDigit) groups[groups.length - 1] += toAscii(sign);
      else groups.push(toAscii(sign));
      wasDigit = true;
    } else {
      wasDigit = false;
      if (!between.test(sign)) {
        if (hasCard(groups, isPhone)) return true;
        groups = [];
      }
    }
    before = sign;
  }
  return hasCard(groups, isPhone);
}

/** Whether groups one after another make a card number; it begins with a group and ends with one. */
function hasCard(groups: string[], isPhone: boolean): boolean {
  return groups.some((_, first) => {
    let number = "";
    for (const group of groups.slice(first, first + longest)) {
      number += group;
      if (number.length > longest) return false;
      if (isPhone && first === 0 && number.length <= phone) continue;
      if (number.length >= shortest && isCard(number)) return true;
    }
    return false;
  });
}

function isCard(number: string): boolean {
  const begins = issuers.some(([, starts, lengths]) => lengths.includes(number.length) && starts.test(number));
  return begins && passesLuhn(number);
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let at = 0; at < number.length; at++) {
    const value = Number(number[number.length - 1 - at]) * (1 + (at % 2));
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The value of a digit of any script: its digits lie in rows of ten one after another, each from zero on. */
function toAscii(sign: string): string {
  if (sign >= "0" && sign <= "9") return sign;
  const code = sign.codePointAt(0)!;
  let first = code;
  while (digit.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
