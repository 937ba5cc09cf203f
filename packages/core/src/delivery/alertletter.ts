import * as Flight from "../flight.ts";
import { type Purpose, signedUrl, unsubscribeHeaders } from "../link.ts";
import { cityOf, flightParts } from "./alertflights.ts";
import { byGoodness, dayLows, rankOf } from "./alerthistory.ts";
import type { AlertOf } from "./alerts.ts";
import type { Claimed } from "./claim.ts";
import { type Letter, letterOf, type Part } from "./layout.ts";
import { standingOf } from "./still.ts";
import { alertWordsIn } from "./words/alerts.ts";
import type { AlertWords, Cabin } from "./words/alertshape.ts";
import { amount, day, moment, shortDay } from "./words/format.ts";
import { wordsIn } from "./words.ts";

/** The most alerts that a letter tells in full; the rest is counted. */
const most = 20;

/** How long the links of a letter work, and the one that unsubscribes (s). */
const linkFor = 90 * 86_400;
const unsubscribeFor = 730 * 86_400;

type Context = { words: AlertWords; message: Claimed; at: Date; app: string };

/**
 * The letter of one alert or of several, the best first, in the language of its reader. It has the headers by which a mail
 * program unsubscribes.
 */
export function alertLetter(message: Claimed, alerts: AlertOf[], at: Date, app: string): Letter {
  const { language, words } = alertWordsIn(message.language);
  const context = { words, message, at, app };
  const { actions } = words;
  const [first, ...others] = byGoodness(alerts);
  const unsubscribe = linkOf(context, "unsubscribe", null);
  const foot: Part[] = [
    words.because,
    { label: actions.channels, url: new URL("/account/channels", app).href },
    ...(unsubscribe ? [{ label: actions.unsubscribe, url: unsubscribe }] : []),
  ];
  if (!first) throw new TypeError("no alert");
  const shown = [first, ...others].slice(0, most);
  const more = alerts.length - shown.length;
  const parts: Part[] =
    others.length === 0
      ? alertParts(first, context)
      : [
          ...shown.flatMap((alert): Part[] => [
            { heading: titleOf(alert, words), level: 2 },
            ...alertParts(alert, context),
          ]),
          ...(more > 0
            ? [
                { heading: words.more(more), level: 2 } as const,
                { label: actions.all, url: new URL("/alerts", app).href },
              ]
            : []),
        ];
  const { userId } = message;
  const headers = userId ? unsubscribeHeaders(app, userId, untilOf(message, unsubscribeFor)) : {};
  const subject = others.length === 0 ? titleOf(first, words) : words.several(alerts.length);
  return letterOf(subject, [...parts, ...foot], language, headers);
}

function titleOf({ watched, names, price, currency }: AlertOf, words: AlertWords): string {
  const { origin, destination } = watched;
  return words.title(cityOf(origin, names), cityOf(destination, names), amount(price, currency, words.locale));
}

function alertParts(alert: AlertOf, context: Context): Part[] {
  const { words, app } = context;
  const { locale, actions } = words;
  const { price, previousPrice, target, currency, offer, names, watchId } = alert;
  const money = (minor: number) => amount(minor, currency, locale);
  const lows = dayLows(alert);
  const highest = Math.max(...lows.map(({ low }) => low), 1);
  const toDo = (purpose: Purpose, label: string): Part[] => {
    const url = linkOf(context, purpose, watchId);
    return url ? [{ label, url }] : [];
  };
  return [
    ...(alert.offer?.simulated || Flight.isSimulated(alert.source) ? [words.simulated] : []),
    words.prices(
      previousPrice === null ? null : money(previousPrice),
      money(price),
      target === null ? null : money(target),
    ),
    ...(alert.mistakeFare ? [words.mistakeFare] : []),
    ...(alert.alreadyTrue ? [words.alreadyTrue] : []),
    { facts: factsOf(alert, context) },
    ...(offer ? flightParts(offer.slices, names, words) : []),
    ...(offer ? [{ facts: termsOf(alert, context) }] : []),
    { label: actions.look, url: new URL(`/watches/${watchId}`, app).href, isMain: true },
    ...toDo("booked", actions.booked),
    ...toDo("snooze", actions.snooze),
    ...toDo("stop", actions.stop),
    ...(lows.length > 1
      ? [
          {
            caption: words.chart(lows.length),
            bars: lows.map(({ day: date, low }) => ({
              label: shortDay(date, locale),
              value: money(low),
              length: low / highest,
            })),
          },
        ]
      : []),
  ];
}

type Fact = [label: string, text: string];

function factsOf(alert: AlertOf, { words, message, at }: Context): Fact[] {
  const { labels, locale } = words;
  const { watched, price, currency, now } = alert;
  const money = (minor: number) => amount(minor, currency, locale);
  const moments = (instant: string | number) => moment(instant, locale, message.timeZone);
  const paying = watched.adults + watched.childAges.length;
  const each = paying > 1 ? money(Math.round(price / paying)) : null;
  const rank = rankOf(alert);
  const { departureDate, returnDate } = watched;
  const isNewer = now.checkedAt !== null && now.checkedAt > Date.parse(alert.at) && now.status === "ok";
  const isUnknown = message.held && standingOf(alert, at) === "unknown";
  return [
    [labels.why, words.reasons(alert).join(" ")],
    [labels.days, words.days(day(departureDate, locale), returnDate === null ? null : day(returnDate, locale))],
    [labels.party, words.party(watched, cabinOf(watched.cabin))],
    [labels.total, words.total(money(price), each, price % paying === 0)],
    ...(rank ? [[labels.rank, words.rank(rank.place, rank.days)] satisfies Fact] : []),
    [labels.seen, moments(alert.at)],
    [labels.confirmed, alert.confirmedAt === null ? words.notConfirmed : moments(alert.confirmedAt)],
    ...(isNewer && now.price !== null
      ? [[labels.again, words.again(moments(now.checkedAt!), money(now.price))] satisfies Fact]
      : []),
    ...(isUnknown ? [[labels.again, words.notAgain] satisfies Fact] : []),
  ];
}

function termsOf({ offer }: AlertOf, { words, message }: Context): Fact[] {
  if (!offer) return [];
  const { labels, locale } = words;
  const { bags, conditions, expiresAt } = offer;
  const term = (condition: (typeof conditions)["refund"]) =>
    words.term(
      condition && {
        allowed: condition.allowed,
        penalty: condition.penalty && amount(condition.penalty.total, condition.penalty.currency, locale),
      },
    );
  return [
    [labels.bags, words.bags(bags)],
    [labels.refund, term(conditions.refund)],
    [labels.change, term(conditions.change)],
    [labels.until, moment(expiresAt, locale, message.timeZone)],
  ];
}

/** The address of a page that does something for the reader, by a button; none where the reader has no account. */
function linkOf({ message, app }: Context, purpose: Purpose, watchId: string | null): string | null {
  const { userId } = message;
  if (userId === null) return null;
  const lasts = purpose === "unsubscribe" ? unsubscribeFor : linkFor;
  return signedUrl(app, { purpose, userId, watchId, until: untilOf(message, lasts) });
}

/** The end of a link's time (s): counted from the message, so that a repetition has the same link. */
const untilOf = ({ createdAt }: Claimed, lasts: number) => Math.floor(createdAt / 1000) + lasts;

const cabins: Cabin[] = ["economy", "premium_economy", "business", "first"];
const cabinOf = (text: string) => cabins.find((cabin) => cabin === text);

export function testLetter({ language }: Claimed, _app: string): Letter {
  const { test, locale } = wordsIn(language);
  return letterOf(test.title, [test.text], locale.slice(0, 2));
}
