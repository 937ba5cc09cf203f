import * as v from "valibot";
import { Page } from "../base/page.ts";
import { text } from "./text.ts";

export const kinds = ["tip", "review"] as const;
export type Kind = (typeof kinds)[number];
export const states = ["waiting", "published", "hidden", "withdrawn"] as const;

/** What texts may be written in, by ISO 639-1. */
export const languages = [
  ...["ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no"],
  ...["pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"],
] as const;

export const tipKinds = ["transit", "money", "safety", "food", "stay", "families", "access", "other"] as const;
export const parties = ["alone", "couple", "family", "friends", "business"] as const;
export const purposes = ["beach", "city", "nature", "work", "visit", "other"] as const;
export const reasons = ["spam", "abuse", "personal", "false", "off_topic", "other"] as const;

/** A month, `YYYY-MM`: whether it can be the one of a journey depends on when the text is written. */
export const Month = v.pipe(v.string(), v.regex(/^20\d\d-(0[1-9]|1[0-2])$/, "must be a month, such as 2026-10"));

export const Language = v.picklist(languages);

/** Whether the first name and an initial stand at the text: else it has no name. */
export const Named = v.boolean();

/** The fields that a review has beside those of every text. */
export const reviewEntries = {
  rating: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)),
  title: text(3, 80, "one"),
  body: text(50, 3000, "many"),
  travelledIn: Month,
  party: v.picklist(parties),
  purpose: v.picklist(purposes),
};

/** The fields that a tip has beside those of every text. */
export const tipEntries = {
  kind: v.picklist(tipKinds),
  body: text(20, 500, "many"),
};

export const Report = v.strictObject({
  reason: v.picklist(reasons),
  note: v.optional(v.nullable(text(3, 500, "many", "note")), null),
});
export type Report = v.InferInput<typeof Report>;

export const Appeal = v.strictObject({ text: text(10, 1000, "many", "note") });
export type Appeal = v.InferInput<typeof Appeal>;

/** Why an operator decided as they did: its writer reads it. */
export const reasonText = text(3, 500, "many", "note");

const instant = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What anyone sees of a text. `author` is a first name and an initial; null where its writer gave no name. */
export const shown = {
  id: v.string(),
  place: v.string(),
  language: v.string(),
  body: v.string(),
  author: v.nullable(v.string()),
  useful: count,
  edited: v.boolean(),
  writtenAt: instant,
  mine: v.boolean(),
  voted: v.boolean(),
};
export const tipShown = { kind: v.picklist(tipKinds) };
export const reviewShown = {
  title: v.string(),
  rating: count,
  travelledIn: v.string(),
  party: v.picklist(parties),
  purpose: v.picklist(purposes),
  flew: v.boolean(),
};

export const TipInfo = v.object({ ...shown, ...tipShown });
export type TipInfo = v.InferOutput<typeof TipInfo>;
export const ReviewInfo = v.object({ ...shown, ...reviewShown });
export type ReviewInfo = v.InferOutput<typeof ReviewInfo>;

/** The average is null under five reviews. */
export const Rating = v.object({ average: v.nullable(v.number()), count });
export type Rating = v.InferOutput<typeof Rating>;

/** The three most useful tips and reviews of a place, with its rating. */
export const Best = v.object({ tips: v.array(TipInfo), reviews: v.array(ReviewInfo), rating: Rating });
export type Best = v.InferOutput<typeof Best>;

const decision = v.object({
  decision: v.picklist(["publish", "hide"]),
  reason: v.string(),
  at: instant,
  second: v.boolean(),
});

/** What the writer of a text sees of it beside that. `changeUntil` is null once it cannot be changed any more. */
const own = {
  state: v.picklist(states),
  named: v.boolean(),
  changeUntil: v.nullable(instant),
  decision: v.nullable(decision),
  appeal: v.nullable(v.object({ text: v.string(), at: instant, decidedAt: v.nullable(instant) })),
  mayAppeal: v.boolean(),
};

/** A text as its writer sees it: `tip` or `review` has what its kind adds. */
export const Mine = v.object({
  type: v.picklist(kinds),
  ...shown,
  ...own,
  tip: v.nullable(v.object(tipShown)),
  review: v.nullable(v.object(reviewShown)),
});
export type Mine = v.InferOutput<typeof Mine>;

/** A text that was just written: `languageSuggested` is what it seems to be in; null where that is not clear. */
export const Written = v.object({ ...Mine.entries, languageSuggested: v.nullable(v.string()) });
export type Written = v.InferOutput<typeof Written>;

export const MineQuery = v.strictObject({ ...Page.entries });

export const sorts = ["useful", "newest"] as const;
export const listEntries = {
  ...Page.entries,
  sort: v.optional(v.picklist(sorts), "useful"),
  language: v.optional(Language),
};

export const Useful = v.object({ useful: count, voted: v.boolean() });
export type Useful = v.InferOutput<typeof Useful>;

/** A text as it was, newest first; `details` is what its kind adds. */
export const Version = v.object({
  number: count,
  at: instant,
  language: v.string(),
  title: v.nullable(v.string()),
  body: v.string(),
  details: v.record(v.string(), v.union([v.string(), v.number()])),
});
export const Versions = v.object({ items: v.array(Version) });
export type Versions = v.InferOutput<typeof Versions>;
