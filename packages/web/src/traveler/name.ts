import type { Traveler } from "../data/travelers.ts";

/** The name of a traveler; one that was moved in may have none. */
export const nameOf = ({ givenName, familyName }: Pick<Traveler, "givenName" | "familyName">) =>
  `${givenName} ${familyName}`.trim();
