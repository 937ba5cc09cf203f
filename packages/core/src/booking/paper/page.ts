import { createHash } from "node:crypto";
import { sql, transaction } from "../../base/db.ts";
import { escapeHtml } from "../../base/html.ts";
import * as Money from "../../base/money.ts";
import type { Segment } from "../../flight.ts";
import type { FlightData, Return } from "../kept.ts";
import { chargesOf, returnsOf } from "../ledger.ts";
import { missing, selectOne, toInfo } from "../read.ts";
import type { Info } from "../schema.ts";
import { type Words, wordsOf } from "./words.ts";

type Booking = Awaited<ReturnType<typeof toInfo>>;
type Row = [label: string, value: string];
type Condition = NonNullable<NonNullable<FlightData["conditions"]>["refund"]>;
/** A page, and the source of its one style for a Content-Security-Policy. */
type Paper = { html: string; styleSource: string };

/**
 * A booking on a page that prints well and loads nothing: its flights with those who fly, in the language of its owner.
 * @throws Problem `booking.missing` (also for another user's)
 */
export async function itinerary(userId: string, id: string, at: Date): Promise<Paper> {
  const { booking, words, locale, fare } = await read(userId, id, at);
  const legs = booking.slices.flatMap(({ segments }) => segments.map((one) => leg(one, booking, words, locale)));
  const people = booking.passengers.map(
    ({ givenName, familyName, kind }): Row => [
      `${givenName} ${familyName}`.trim() || words.nameless,
      words.kinds[kind] ?? kind,
    ],
  );
  return page(words.itinerary, booking, words, locale, at, [
    section(
      words.flights,
      legs.length > 0 ? `${legs.join("")}<p>${escapeHtml(words.local)}</p>` : days(booking, words, locale),
    ),
    ...(people.length > 0 ? [section(words.passengers, table(people))] : []),
    ...(fare.length > 0 ? [section(words.fare, table(fare))] : []),
    ...(booking.tickets.length > 0 ? [section(words.tickets, `<p>${escapeHtml(booking.tickets.join(", "))}</p>`)] : []),
  ]);
}

/**
 * What was paid for a booking and what went back, on such a page.
 * @throws Problem `booking.missing` (also for another user's)
 */
export async function receipt(userId: string, id: string, at: Date): Promise<Paper> {
  const { booking, words, locale, taken, back } = await read(userId, id, at);
  const { total, payment, createdAt, terms, moved } = booking;
  const amount = (minor: number) => amountOf(Money.toInfo(minor, total.currency), locale);
  const rows: Row[] = [
    [words.total, amountOf(total, locale)],
    [words.payment, moved ? words.oldPayment : words.payments[payment]],
    ...(back > 0
      ? ([
          [words.payments.paid, amount(taken)],
          [words.payments.refunded, amount(back)],
        ] as Row[])
      : []),
    [words.booked, moment(new Date(createdAt), locale)],
  ];
  const { origin, destination, departureDate } = booking.journey;
  const route = `${booking.places[origin]?.name ?? origin} – ${booking.places[destination]?.name ?? destination}`;
  const when = booking.slices[0]?.departingAt.slice(0, 10) ?? departureDate;
  return page(words.receipt, booking, words, locale, at, [
    `<p>${escapeHtml(route)}${when ? `, ${escapeHtml(day(when, locale))}` : ""}</p>`,
    table(rows),
    ...(terms ? [`<p>${escapeHtml(words.termsAccepted(day(terms, locale)))}</p>`] : []),
  ]);
}

async function read(userId: string, id: string, at: Date) {
  const { found, beside } = await transaction({
    found: selectOne(userId, id),
    beside: sql`
      select users.language,
             bookings.flight_data -> 'bags' as bags,
             bookings.flight_data -> 'conditions' as conditions,
             bookings.charges,
             bookings.returns
        from bookings
        join users on users.id = bookings.user_id
       where bookings.id = ${id}
         and users.id = ${userId}`,
  });
  const row = found[0] as (Record<string, unknown> & Paid) | undefined;
  if (!row) throw missing();
  const booking = await toInfo(row, userId, at);
  const { language, bags, conditions, ...kept } = beside[0] as Kept;
  const money = { ...row, ...kept };
  const { words, locale } = wordsOf(language ?? null);
  const isBack = ({ done }: Return) => done || booking.payment === "refunded";
  const sum = (amounts: { total: number }[]) => amounts.reduce((sum, { total }) => sum + total, 0);
  const [taken, back] = [sum(chargesOf(money)), sum(returnsOf(money).filter(isBack))];
  return { booking, words, locale, fare: fareRows({ bags, conditions }, words, locale), taken, back };
}

type Fare = Pick<FlightData, "bags" | "conditions">;
type Paid = Parameters<typeof returnsOf>[0];
type Kept = { language: string | null } & Fare & Pick<Paid, "charges" | "returns">;

/** What the fare allows, as far as its seller said it. */
function fareRows({ bags, conditions }: Fare, words: Words, locale: string): Row[] {
  const said = ({ allowed, penalty }: Condition) => {
    if (!allowed) return words.notAllowed;
    if (!penalty) return words.allowed;
    return penalty.total === 0
      ? words.free
      : words.allowedFor(amountOf(Money.toInfo(penalty.total, penalty.currency), locale));
  };
  return [
    ...(bags ? [[words.bags, words.bagsEach(bags.carryOn, bags.checked)] as Row] : []),
    ...(conditions?.refund ? [[words.refund, said(conditions.refund)] as Row] : []),
    ...(conditions?.change ? [[words.change, said(conditions.change)] as Row] : []),
  ];
}

const amountOf = ({ amount, currency }: Info["total"], locale: string) =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(amount));

function leg(
  { carrier, flightNumber, operatingCarrier, cabin, origin, destination, departingAt, arrivingAt }: Segment,
  booking: Booking,
  words: Words,
  locale: string,
): string {
  const airline = (code: string) => booking.carriers[code] ?? code;
  const place = (code: string, local: string) =>
    `${booking.places[code]?.name ?? code} (${code}), ${day(local.slice(0, 10), locale)}, ${local.slice(11, 16)} ${booking.places[code]?.timeZone ?? ""}`;
  const more = [
    ...(operatingCarrier && operatingCarrier !== carrier ? [words.operatedBy(airline(operatingCarrier))] : []),
    ...(cabin ? [words.cabins[cabin] ?? cabin] : []),
  ];
  const title = [`${airline(carrier)} ${carrier} ${flightNumber}`, ...more].join(", ");
  return `<h3>${escapeHtml(title)}</h3>${table([
    [words.departs, place(origin, departingAt)],
    [words.arrives, place(destination, arrivingAt)],
  ])}`;
}

/** A booking that was moved in has places and days alone. */
function days({ journey, places }: Booking, words: Words, locale: string): string {
  const { origin, destination, departureDate, returnDate } = journey;
  const [from, to] = [origin, destination].map((code) => `${places[code]?.name ?? code} (${code})`) as [string, string];
  const rows: Row[] = [
    ...(departureDate ? [[`${from} – ${to}`, day(departureDate, locale)] as Row] : []),
    ...(returnDate ? [[`${to} – ${from}`, day(returnDate, locale)] as Row] : []),
  ];
  return `${table(rows)}<p>${escapeHtml(words.daysOnly)}</p>`;
}

const section = (title: string, content: string) => `<h2>${escapeHtml(title)}</h2>${content}`;

const table = (rows: Row[]) =>
  `<table>${rows.map(([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`).join("")}</table>`;

const day = (iso: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${iso}T00:00Z`));
const moment = (at: Date, locale: string) =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(at)} UTC`;

/** The style of the page. */
const style = [
  ":root{color-scheme:light dark}",
  "body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}",
  "table{border-collapse:collapse;width:100%}",
  "th,td{text-align:left;vertical-align:top;padding:.3em 1em .3em 0;overflow-wrap:anywhere}",
  "th{width:35%;font-weight:600}",
  "h2{border-top:1px solid;padding-top:.5em;margin-top:1.5em}",
  "h3{margin:1em 0 .25em}",
  "@media print{body{margin:0;max-width:none}h3,table{break-inside:avoid}h2,h3{break-after:avoid}}",
].join("");

/** The source of the style for a Content-Security-Policy, by its digest: no other style of the page applies. */
const styleSource = `'sha256-${createHash("sha256").update(style).digest("base64")}'`;

function page(title: string, booking: Booking, words: Words, locale: string, at: Date, content: string[]): Paper {
  const { reference, airlineReference, status, simulated } = booking;
  const rows: Row[] = [
    [words.reference, reference],
    ...(airlineReference ? [[words.airlineReference, airlineReference] as Row] : []),
    [words.status, words.statuses[status]],
  ];
  const html = `<!doctype html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${title} ${reference}`)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${simulated ? `<p><strong>${escapeHtml(words.simulated)}</strong></p>` : ""}
${table(rows)}
${content.join("\n")}
<p>${escapeHtml(words.made(moment(at, locale)))}</p>
</main>
</body>
</html>
`;
  return { html, styleSource };
}
