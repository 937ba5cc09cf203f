import * as v from "valibot";

/** What a code is called: ISO 3166-1 country, IANA time zone. */
export const Place = v.object({
  kind: v.pipe(v.picklist(["city", "airport"]), v.description("a city stands for all its airports, as LON does")),
  name: v.string(),
  city: v.string(),
  country: v.string(),
  timeZone: v.string(),
});
export type Place = v.InferOutput<typeof Place>;

/** A place with its location in degrees of WGS 84; a city is where its first airport is. */
export const Info = v.object({
  code: v.string(),
  ...Place.entries,
  location: v.object({ latitude: v.number(), longitude: v.number() }),
  airports: v.pipe(
    v.array(v.string()),
    v.description("the airports that `code` stands for, those that most people use first"),
  ),
});
export type Info = v.InferOutput<typeof Info>;
