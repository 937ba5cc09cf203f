import * as v from "valibot";
import * as Airport from "../airport.ts";
import { marked, segments } from "./headline.ts";
import type { Owned } from "./own.ts";
import { type Item, Query, type Result } from "./schema.ts";
import { search as inPostgres, type Text } from "./statement.ts";

/** More words say no more about what is wanted, and each costs a look at every candidate. */
const mostWords = 12;

/** See `Search.find`. */
export async function find(
  userId: string | undefined,
  query: unknown,
  at: Date,
  { bookings = false } = {},
): Promise<Result> {
  const { q, limit, kinds, language } = v.parse(Query, query);
  const wants = (...some: Item["kind"][]) => some.filter((kind) => !kinds || kinds.includes(kind));
  const { wanted, without } = split(q);
  const units = await Airport.mentions(wanted, mostWords);
  const placeKinds = wants("city", "airport");
  const textKinds = wants("guide", "tip", "review", "help");
  const ownKinds = userId === undefined ? [] : wants("watch", "alert", ...(bookings ? (["booking"] as const) : []));
  const placesFor = async (nearly: boolean) =>
    (await Airport.meant(wanted.slice(0, 99), units, 25, nearly)).filter(({ kind }) => placeKinds.includes(kind));
  const [named, found] = await Promise.all([
    placeKinds.length === 0 ? [] : placesFor(false),
    units.length === 0 || textKinds.length + ownKinds.length === 0
      ? undefined
      : inPostgres({
          q: wanted,
          without,
          units,
          userId: ownKinds.length > 0 ? userId : undefined,
          textKinds,
          ownKinds,
          language,
          limit,
          at,
        }),
  ]);
  const { texts = [], mine = [], instead = [], isWhole = false } = found ?? {};
  // A word that texts have is no misspelled place.
  const isNear = named.length === 0 && placeKinds.length > 0 && !isWhole && units.length <= 2;
  const places = isNear ? await placesFor(true) : named;
  const names = await Airport.places([
    ...texts.flatMap(({ place }) => place ?? []),
    ...mine.flatMap(({ origin, destination }) => [origin, destination]),
  ]);
  const cityOf = (code: string | null) => (code === null ? null : (names[code]?.city ?? code));
  return {
    places: places.slice(0, limit).map((place) => toPlace(place, q)),
    texts: texts.map((text) => toText(text, cityOf(text.place))),
    mine: mine.map((one) => toOwn(one, cityOf)),
    didYouMean:
      places.length === 0
        ? corrected(
            units.map(({ word }) => word),
            instead,
          )
        : null,
  };
}

/**
 * Splits a text into what is wanted and the words or quoted words after a minus. A text that only leaves out is nothing to
 * search for: Postgres would read the whole index.
 */
function split(q: string): { wanted: string; without: string } {
  const left = [...q.matchAll(/(?<=^|\s)-(?:"([^"]*)"?|([^\s"]+))/g)];
  const wanted = left.reduce((text, [found]) => text.replace(found, " "), q);
  const words = left.flatMap(([, quoted, word]) => quoted ?? word ?? []).map((each) => `"${each.replace(/-/g, " ")}"`);
  return { wanted, without: words.join(" or ") };
}

function toPlace({ kind, code, name, city, country }: Airport.Info, q: string): Item {
  const headline = marked(`${code} · ${city}, ${country}`, q);
  const path = `/places/${code}`;
  return { kind, id: code, title: name, place: code, placeName: city, path, headline, language: null };
}

function toText({ kind, id, place, title, language, headline }: Text, placeName: string | null): Item {
  const path = kind === "help" ? `/help/${id}` : `/places/${place}${kind === "guide" ? "" : "/people"}`;
  return { kind, id, title, place, placeName, path, headline: segments(headline), language };
}

const pages = { watch: "watches", booking: "trips", alert: "alerts" };

function toOwn({ kind, id, origin, destination, days }: Owned, cityOf: (code: string) => string | null): Item {
  return {
    kind,
    id,
    title: `${cityOf(origin)} – ${cityOf(destination)}`,
    place: destination,
    placeName: cityOf(destination),
    path: `/${pages[kind]}/${id}`,
    headline: [{ text: [`${origin} – ${destination}`, ...days].join(", "), marked: false }],
    language: null,
  };
}

/** The text with the words that were found instead of unknown ones; null where all are known or nothing is alike. */
function corrected(words: string[], instead: { word: string; better: string }[]): string | null {
  const better = new Map(instead.map((each) => [each.word, each.better]));
  if (!words.some((word) => better.has(word))) return null;
  return words.map((word) => better.get(word) ?? word).join(" ");
}
