import { env } from "@travel-conductor/core/base/env";
import { escapeHtml } from "@travel-conductor/core/base/html";
import * as Money from "@travel-conductor/core/base/money";
import type { Block } from "@travel-conductor/core/base/prose";
import type * as Destination from "@travel-conductor/core/destination";
import { layOutRanges } from "@travel-conductor/core/plot";
import { proseHtml } from "./prose.ts";
import { type Words, words } from "./words.ts";

type Guide = Destination.Guide;
type Costs = NonNullable<Guide["costs"]>;
type Amount = Costs["months"][number]["median"];

/** The address of a page of the client, or of the API's pages. */
export const addressOf = (path: string) => new URL(path, env.APP_URL ?? "http://localhost").href;

/**
 * The page of a place as HTML that is whole without scripts, for search engines and slow connections. The client takes it
 * over, with the answer of the API that it was made from. While a figure on it is simulated, no search engine keeps it.
 */
export function placePage(guide: Guide, language: "en" | "de", path: string): string {
  const { place, facts, costs, holidays, guide: parts, posts } = guide;
  const said = words[language];
  const country = nameOf("region", place.country, said);
  const name = place.kind === "city" ? place.city : `${place.city} (${place.code})`;
  const content = [
    `<h1>${escapeHtml(name)}</h1><p>${escapeHtml(country)}</p>`,
    ...parts.map(
      ({ title, blocks, checkedOn }) =>
        `<section><h2>${escapeHtml(title)}</h2>${proseHtml(blocks as Block[])}<p><small>${said.checked(dayOf(checkedOn, said))}</small></p></section>`,
    ),
    costs ? costsHtml(costs, guide, said) : startHtml(place.code, said),
    factsHtml(guide, said),
    section(
      said.holidays,
      holidays.items.length === 0
        ? `<p>${said.noHolidays}</p>`
        : `<ul>${holidays.items
            .map(({ day, name, localName }) => {
              const also = localName && localName !== name ? ` (${localName})` : "";
              return `<li>${dayOf(day, said)}: ${escapeHtml(name + also)}</li>`;
            })
            .join("")}</ul><p><small>${said.holidaySource}</small></p>`,
    ),
    section(said.daylight, daylightHtml(facts.daylight, said)),
    peopleHtml(guide, said),
  ].join("\n");
  return document({
    language,
    path,
    title: said.title(name),
    description: said.description(name, country),
    isKept: !costs?.simulated,
    data: {
      "@context": "https://schema.org",
      "@type": place.kind === "city" ? "City" : "Airport",
      name: place.kind === "city" ? place.city : place.name,
      ...(place.kind === "airport" ? { iataCode: place.code } : {}),
      address: { "@type": "PostalAddress", addressCountry: place.country },
      geo: { "@type": "GeoCoordinates", ...place.location },
      url: addressOf(path),
      ...(posts.rating.average === null
        ? {}
        : {
            aggregateRating: {
              "@type": "AggregateRating",
              ratingValue: posts.rating.average,
              ratingCount: posts.rating.count,
            },
          }),
    },
    content,
    guide,
  });
}

/** A page below /places that only the client can show. */
export function clientPage(path: string, title = "Travel Conductor"): string {
  return document({ language: "en", path, title, description: title, isKept: false, content: "" });
}

type Page = {
  language: "en" | "de";
  path: string;
  title: string;
  description: string;
  isKept: boolean;
  data?: object;
  content: string;
  guide?: Guide;
};

function document({ language, path, title, description, isKept, data, content, guide }: Page): string {
  const address = addressOf(path);
  const other = language === "en" ? "de" : "en";
  const inOther = `${path}${other === "de" ? "?language=de" : ""}`;
  const own = language === "de" ? `${address}?language=de` : address;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <title>${escapeHtml(title)} · Travel Conductor</title>
    <meta name="description" content="${escapeHtml(description)}">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="light dark">
    ${isKept ? `<link rel="canonical" href="${escapeHtml(own)}">` : '<meta name="robots" content="noindex">'}
    <link rel="alternate" hreflang="${other}" href="${escapeHtml(addressOf(inOther))}">
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="manifest" href="/manifest.webmanifest">
    <link rel="stylesheet" href="/client.css">
    <link rel="stylesheet" href="/read.css">
    <script type="module" src="/client.js"></script>${data ? `\n    <script type="application/ld+json">${json(data)}</script>` : ""}
  </head>
  <body>
    <div id="app"><div class="read"><header><a href="/">${words[language].home}</a></header>
<main id="content">
${content}
<p><a href="${escapeHtml(inOther)}" hreflang="${other}" lang="${other}">${words[language].other}</a></p>
</main></div></div>${guide ? `\n    <script type="application/json" id="guide">${json(guide)}</script>` : ""}
  </body>
</html>
`;
}

/** JSON that may stand in a script element: no text of it can end the element. */
const json = (value: unknown) => JSON.stringify(value).replace(/</g, "\\u003c");

const section = (title: string, content: string) => `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;

function table(heads: string[], rows: string[][]): string {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const body = rows.map(
    ([first = "", ...cells]) =>
      `<tr><th scope="row">${escapeHtml(first)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** What people say, as they wrote it: plain text. */
function peopleHtml({ place, posts: { tips, reviews, rating } }: Guide, said: Words): string {
  const by = (name: string | null) => `<small>${escapeHtml(name ?? said.nameless)}</small>`;
  const texts = [
    ...tips.map(
      ({ body, author, language }) => `<li lang="${escapeHtml(language)}">${escapeHtml(body)} ${by(author)}</li>`,
    ),
    ...reviews.map(
      ({ rating: stars, title, body, author, language }) =>
        `<li lang="${escapeHtml(language)}"><strong>${escapeHtml(title)}</strong> (${stars}/5) ${escapeHtml(body)} ${by(author)}</li>`,
    ),
  ];
  const average = rating.average === null ? "" : `<p>${said.average(rating.average, rating.count)}</p>`;
  const list = texts.length > 0 ? `<ul>${texts.join("")}</ul>` : "";
  return section(said.people, `${average}${list}<p><a href="/places/${place.code}/people">${said.all}</a></p>`);
}

function startHtml(code: string, said: Words): string {
  return `<form action="/places/${code}" method="get"><p><label>${escapeHtml(said.start)} <input name="from" required pattern="[A-Za-z]{3}" maxlength="3" autocomplete="off"></label> <button>${said.show}</button></p></form>`;
}

function costsHtml(costs: Costs, { place }: Guide, said: Words): string {
  const { origin, months, sample, simulated, status } = costs;
  const amount = (money: Amount) => amountOf(money, said);
  const links = `<p><a href="/?origin=${origin}&amp;destination=${place.code}">${said.search}</a></p>`;
  if (status === "unknown") return section(said.costs(origin), `<p>${said.unknown}</p>${links}`);
  const rows = months.map(({ month, median, lower, upper, observations }) => [
    monthOf(month, said),
    amount(median),
    said.between(amount(lower), amount(upper)),
    String(observations),
  ]);
  return section(
    said.costs(origin),
    `${simulated ? `<p><strong>${said.simulated}</strong></p>` : ""}
<p>${said.sample(sample.observations.toLocaleString(said.locale), Math.min(90, sample.days))}</p>
${months.length > 0 ? chart(months, said) + table([said.month, said.median, said.range, said.prices], rows) : ""}${links}`,
  );
}

/** The ranges of the months as a picture beside their table, which says the same. */
function chart(months: Costs["months"], said: Words): string {
  const [first] = months;
  if (!first) return "";
  const { currency } = first.median;
  const minor = ({ amount }: Amount) => Money.toMinor(amount, currency) ?? 0;
  const { width, height, area, y, bars } = layOutRanges(
    {
      currency,
      decimals: Money.exponent(currency),
      ranges: months.map(({ month, lower, median, upper }) => ({
        label: monthOf(month, said, "short"),
        ...{ lower: minor(lower), median: minor(median), upper: minor(upper) },
      })),
    },
    { width: 640, height: 220, locale: said.locale },
  );
  const shapes = [
    ...y.map(
      ({ y, label }) =>
        `<path d="M${area.left} ${y}H${area.right}" stroke="currentColor" opacity=".2"/><text x="${area.right + 6}" y="${y + 4}" font-size="13" fill="currentColor">${escapeHtml(label)}</text>`,
    ),
    ...bars.map(
      ({ x, width, y, height, median, middle, label }) =>
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="currentColor" opacity=".25"/><path d="M${x} ${median}h${width}" stroke="currentColor" stroke-width="2"/><text x="${middle}" y="${area.bottom + 18}" font-size="13" text-anchor="middle" fill="currentColor">${escapeHtml(label)}</text>`,
    ),
  ];
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${shapes.join("")}</svg>`;
}

function factsHtml({ facts }: Guide, said: Words): string {
  const { currencies, languages, callingCodes, time, nonstop } = facts;
  const hours = `${time.offset < 0 ? "−" : "+"}${Math.abs(time.offset) / 60}`;
  const rows: [string, string][] = [
    [said.currency, currencies.map((code) => `${nameOf("currency", code, said)} (${code})`).join(", ")],
    [said.languages, languages.map((code) => nameOf("language", code, said)).join(", ")],
    [said.calling, callingCodes.map((code) => `+${code}`).join(", ")],
    [said.clock, said.ahead(hours)],
    [said.nonstop, String(nonstop.airports)],
  ];
  const list = rows
    .filter(([, value]) => value !== "")
    .map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`);
  const flights = nonstop.fromHome.map(({ from, to, minutes, airlines }) => {
    const names = airlines.map(({ name, weekly }) => `${name} (${said.weekly(weekly)})`).join(", ");
    return `<li>${from}–${to}, ${said.length(Math.floor(minutes / 60), minutes % 60)}: ${escapeHtml(names)}</li>`;
  });
  const ways = flights.length > 0 ? `<h3>${said.fromHome}</h3><ul>${flights.join("")}</ul>` : "";
  return section(said.facts, `<dl>${list.join("")}</dl>${ways}<p><small>${said.schedule}</small></p>`);
}

function daylightHtml(daylight: Guide["facts"]["daylight"], said: Words): string {
  const rows = daylight.map(({ month, minutes, sunrise, sunset }) => {
    const never = minutes === 0 ? said.allNight : said.allDay;
    const name = monthOf(`2027-${String(month).padStart(2, "0")}`, said, "long", false);
    return [name, said.hours(Math.floor(minutes / 60), minutes % 60), sunrise ? `${sunrise}–${sunset}` : never];
  });
  return table([said.month, said.daylight, said.sun], rows);
}

function nameOf(type: "region" | "currency" | "language", code: string, { locale }: Words): string {
  return new Intl.DisplayNames(locale, { type }).of(code) ?? code;
}

const dayOf = (day: string, { locale }: Words) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));

function monthOf(month: string, { locale }: Words, length: "long" | "short" = "long", withYear = length === "long") {
  const year = withYear ? { year: "numeric" as const } : {};
  return new Intl.DateTimeFormat(locale, { month: length, ...year, timeZone: "UTC" }).format(new Date(`${month}-01`));
}

const amountOf = ({ amount, currency }: Amount, { locale }: Words) =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(amount));
