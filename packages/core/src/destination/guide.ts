import * as v from "valibot";
import * as Airport from "../airport.ts";
import { addDays } from "../base/day.ts";
import { sql, transaction } from "../base/db.ts";
import { invalidFields, Problem } from "../base/error.ts";
import { localDay } from "../base/zone.ts";
import * as Fare from "../fare.ts";
import * as Post from "../post.ts";
import { selectCosts, selectWatchers, toCosts } from "./costs.ts";
import { factsOf } from "./facts.ts";
import { type Guide, Query } from "./schema.ts";

/** How many days are looked at for holidays where none are named. */
const usualDays = 90;

/**
 * The content of a place's page at `at`: facts, holidays, what operators wrote in the reader's language, and, where
 * `from` is given, what the way there costs. One Postgres request.
 * @throws ValiError, Problem `place.missing` for a code without an airport, `request.invalid` where that is `from`
 */
export async function get(code: string, query: Query, at: Date): Promise<Guide> {
  const asked = v.parse(Query, query);
  const place = await find(code);
  const home = asked.from === undefined ? [] : await Airport.expand(asked.from);
  if (asked.from !== undefined && home.length === 0) {
    throw invalidFields([{ pointer: "#from", detail: "is no airport we know" }]);
  }
  const { firstDay = localDay(place.timeZone, at.getTime()), language } = asked;
  const lastDay = asked.lastDay ?? addDays(firstDay, usualDays - 1);
  const ends = asked.from && { from: await Airport.related(asked.from), to: await Airport.related(place.code) };
  const [sampling, { selectBest }] = await Promise.all([Fare.sampling(), Post.reading()]);
  const [facts, rows] = await Promise.all([
    factsOf(place, home, at),
    transaction(
      {
        holidays: sql`
      select public_holidays.day::text,
             public_holidays.name,
             public_holidays.local_name as "localName",
             public_holidays.kind
        from public_holidays
       where public_holidays.country = ${place.country}
         and public_holidays.day between ${firstDay}::date and ${lastDay}::date
       order by public_holidays.day, public_holidays.name`,
        guide: sql`
      select guide_versions.section,
             guide_versions.language,
             guide_versions.title,
             guide_versions.blocks,
             guide_versions.checked_on::text as "checkedOn"
        from guide_versions
       where guide_versions.place = ${place.code}
         and guide_versions.language = ${language}
         and guide_versions.state = 'published'
       order by guide_versions.section`,
        posts: sql`select ${selectBest(place.code)} as best`,
        costs: ends ? selectCosts(sampling, ends, asked, at) : [],
        watchers: ends ? selectWatchers(ends, asked, at) : [],
      },
      { readOnly: true },
    ),
  ]);
  return {
    place,
    facts,
    holidays: { firstDay, lastDay, items: rows.holidays as Guide["holidays"]["items"] },
    costs: ends ? toCosts(rows, ends, asked) : null,
    guide: rows.guide as Guide["guide"],
    posts: rows.posts[0]?.best as Guide["posts"],
  };
}

/** The place of a code that an airport serves. @throws Problem `place.missing` */
export async function find(code: string): Promise<Airport.Info> {
  const [place] = /^[A-Z]{3}$/.test(code) ? (await Airport.search({ codes: [code] })).items : [];
  if (!place) throw new Problem("missing", "place.missing", "We know no airport with this code.");
  return place;
}
