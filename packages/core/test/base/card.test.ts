import { expect, test } from "vitest";
import { holdsCardNumber } from "../../src/base/card.ts";
import { random } from "../support/random.ts";

/** Numbers that issuers and payment services publish for tests. */
const published = [
  "4111111111111111",
  "4222222222222",
  "4012888888881881",
  "4000000000000000006",
  "5555555555554444",
  "5105105105105100",
  "2223003122003222",
  "2720992593319364",
  "378282246310005",
  "371449635398431",
  "30569309025904",
  "36227206271667",
  "38520000023237",
  "3566002020360505",
  "3530111333300000",
  "6011111111111117",
  "6011000990139424",
  "6445644564456445",
  "6200000000000005",
  "6205500000000000004",
  "6759649826438453",
  "6304000000000000",
];

const grouped = (number: string, by: string) => number.match(/.{1,4}/g)!.join(by);
const inScript = (number: string, zero: number) =>
  [...number].map((digit) => String.fromCodePoint(zero + Number(digit))).join("");

test.each(published)("finds %s, however it is written", (number) => {
  const separators = [" ", ".", "-", "\u00a0", "\u2009", "\u2013", "\u2212", "\u200b", " - ", ". "];
  for (const by of separators) expect(holdsCardNumber(grouped(number, by)), JSON.stringify(by)).toBe(true);
  expect(holdsCardNumber([...number].join(" "))).toBe(true);
  expect(holdsCardNumber(`my card${number}, valid 12/29`)).toBe(true);
  expect(holdsCardNumber(`${grouped(number, " ")} 12 29 123`)).toBe(true);
  expect(holdsCardNumber(`call +49 151 23456789 or ${number}`)).toBe(true);
  // Arabic, Persian, Devanagari, full width, and double-struck, which follows another row of digits.
  for (const zero of [0x660, 0x6f0, 0x966, 0xff10, 0x1d7d8])
    expect(holdsCardNumber(inScript(number, zero)), zero.toString(16)).toBe(true);
});

test.each(published)("does not find %s with another last digit", (number) => {
  const wrong = number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10);
  expect(holdsCardNumber(wrong)).toBe(false);
});

test.each([
  ["", "nothing"],
  ["4111 1111 1111", "too few digits"],
  ["41111111111111111111", "a longer number"],
  ["4111/1111/1111/1111", "another separator"],
  ["2026-06-16 2026-06-20", "two days"],
  ["2026-06-16T06:35:00.000Z to 2026-06-20T06:35:00.000Z", "two moments"],
  ["9111111111111111", "a start of no issuer"],
  ["49f27f6e-4212-4212-8812-000000000006", "a UUID"],
])("does not find one in %j, %s", (text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test("reads 256 KB of digits and spaces, which would take minutes if each digit were read with all others", () => {
  expect(holdsCardNumber("1 ".repeat(128 * 1024))).toBe(false);
});

const { digits, pick } = random(15);

/** How many of 10,000 are refused. */
const refused = (make: () => string) => Array.from({ length: 10_000 }, make).filter(holdsCardNumber).length;

/** Numbers of telephones: the code of a country, how many digits follow, and how people write them. */
const plans: [code: string, length: number][] = [
  ["1", 10],
  ["7", 10],
  ["33", 9],
  ["34", 9],
  ["36", 9],
  ["39", 10],
  ["41", 9],
  ["44", 10],
  ["49", 10],
  ["49", 11],
  ["52", 10],
  ["55", 11],
  ["62", 10],
  ["62", 11],
  ["81", 10],
  ["86", 11],
  ["91", 10],
  ["351", 9],
  ["971", 9],
];

test("of telephone numbers in free text one in a thousand is refused at most", () => {
  const phone = () => {
    const [code, length] = pick(plans);
    const rest = `${1 + (Number(digits(1)) % 9)}${digits(length - 1)}`;
    const parts = rest.match(/.{1,3}/g)!.join(pick([" ", "-", "", "."]));
    return pick([`+${code} ${parts}`, `+${code}${rest}`, `00${code} ${parts}`, `0${parts}`]);
  };
  expect(refused(phone)).toBeLessThanOrEqual(10);
});

test("of numbers of tickets in free text three in a hundred are refused at most", () => {
  // Accounting codes that IATA gave to airlines.
  const codes =
    "001 005 006 014 016 020 023 037 045 047 055 057 064 074 075 080 081 086 098 105 117 125 131 157 160 176 180 205 217 220 235 257 297 312 324 421 457 479 526 555 589 607 618 657 672 695 724 731 781 784 829 876 957 988 999".split(
      " ",
    );
  const ticket = () => pick(codes) + pick(["-", " ", ""]) + digits(10);
  expect(refused(ticket)).toBeLessThanOrEqual(300);
});

test("of loyalty numbers in free text three in a hundred are refused at most", () => {
  const loyalty = () => digits(pick([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 16]));
  expect(refused(loyalty)).toBeLessThanOrEqual(300);
  expect(refused(() => digits(16))).toBeLessThanOrEqual(300);
});
