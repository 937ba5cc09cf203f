import { setTimeout as wait } from "node:timers/promises";
import { msPerHour } from "../../base/day.ts";
import type { Criteria } from "../criteria.ts";
import type { Itinerary } from "./timetable.ts";

/**
 * What always happens on certain journeys of the simulated market, for any departure day (docs/flights.md, "Stories").
 * A story belongs to one direction; the way back is as usual.
 */
const stories = {
  sale: "LUX LIS",
  mistake: "LUX IST",
  ghost: "LUX NCE",
  soldOut: "LUX VIE",
  down: "LUX CPH",
  limited: "LUX MXP",
  slow: "LUX PRG",
} as const;
type Story = keyof typeof stories;

const byJourney = new Map(Object.entries(stories).map(([story, journey]) => [journey as string, story as Story]));

/** How long the slow story takes (ms of real time). */
const slowMs = 6_000;

/** The story of a journey between two places, if it has one. */
export function storyOf(origin: string, destination: string): Story | undefined {
  return byJourney.get(`${origin} ${destination}`);
}

/**
 * The factor on the fares of a journey at `at` (ms). A sale takes 72 hours from its start: after 36 hours a quarter
 * off, after 54 nearly half. A mistake is a twelfth of the fare, in the first twelve hours of every third day (UTC).
 */
export function storyFactor(story: Story | undefined, at: number): number {
  const hours = at / msPerHour;
  if (story === "sale") return hours % 72 < 36 ? 1 : hours % 72 < 54 ? 0.75 : 0.55;
  if (story === "mistake" && hours % 72 < 12) return 1 / 12;
  return 1;
}

/** The moment (ms) of which the market's fares are asked: within a sale only the sale moves them. */
export function storyMoment(story: Story | undefined, at: number): number {
  return story === "sale" ? at - (at % (72 * msPerHour)) : at;
}

/** Whether an itinerary is sold out at `at` (ms): the first flight of the day, from noon to midnight (UTC). */
export function isSoldOut(story: Story | undefined, { flights, route }: Itinerary, at: number): boolean {
  if (story !== "soldOut" || flights.length > 1 || (at / msPerHour) % 24 < 12) return false;
  const [{ leg, number }] = flights;
  return route.seller.code === "LG" && number === leg.numbers[0];
}

/**
 * The failure of a provider, where the story is one: of this question alone, so that the provider's gate does not count
 * it and other journeys are asked as usual. The slow story waits first, until the signal aborts.
 */
export async function failureOf(
  { origin, destination }: Criteria,
  signal: AbortSignal | undefined,
): Promise<"provider_error" | "rate_limited" | undefined> {
  const story = storyOf(origin, destination);
  if (story === "down") return "provider_error";
  if (story === "limited") return "rate_limited";
  if (story === "slow") await wait(slowMs, undefined, signal ? { signal } : {});
  return undefined;
}
