import { msPerHour } from "../../base/day.ts";
import { localMinutes } from "../../base/zone.ts";
import type { Criteria } from "../criteria.ts";
import { sells } from "./carriers.ts";
import { mix, unit } from "./chance.ts";
import { cabinFactor, rangeOf } from "./levels.ts";
import type { Route } from "./network.ts";
import type { Itinerary, Usual } from "./timetable.ts";

/** A fare relative to its usual level by days before departure: cheapest two months ahead, dearest at the end. */
const advance: [days: number, full: number, low: number][] = [
  [180, 1.04, 0.98],
  [90, 0.97, 0.9],
  [45, 0.92, 0.85],
  [30, 0.97, 0.92],
  [21, 1.05, 1.02],
  [14, 1.2, 1.2],
  [7, 1.45, 1.5],
  [3, 1.75, 1.95],
  [1, 2.05, 2.4],
  [0, 2.3, 2.7],
];

const last: (typeof advance)[number] = [0, 2.3, 2.7];

/** Sunday first. */
const weekdays = [1.12, 1.04, 0.93, 0.94, 1, 1.1, 0.97];

/**
 * One adult's cheapest one-way fare in US dollars at `at`: from distance, carrier, cabin, season, weekday, hour, days to
 * departure, the flight's own demand, and the market's level at that moment, within the range of its distance. Undefined
 * when the carrier has no such cabin.
 */
export function adult(itinerary: Itinerary, cabin: Criteria["cabin"], at: number): number | undefined {
  if (!itinerary.usual.has(cabin)) itinerary.usual.set(cabin, toUsual(itinerary, cabin));
  const usual = itinerary.usual.get(cabin);
  if (!usual) return undefined;
  const ahead = (itinerary.flights[0].leaves - at) / (24 * msPerHour);
  const [, full, low] = advance.find(([days]) => ahead >= days) ?? last;
  const late = itinerary.route.seller.kind === "low" ? low : full;
  const fare = usual.dollars * (usual.front ? Math.sqrt(late) : late) * market(usual.together, usual.alone, at);
  return Math.min(usual.range[1], Math.max(usual.range[0], fare));
}

function toUsual({ route, flights }: Itinerary, cabin: Criteria["cabin"]): Usual | undefined {
  if (!isSold(route, cabin)) return undefined;
  const [{ leg, leaves, number }] = flights;
  const local = localMinutes(leg.from.timeZone, leaves);
  const day = Math.floor(local / 1440);
  const time = local % 1440;
  const key = mix(mix(route.key, day), number);
  const dollars =
    levelOf(route) *
    cabinFactor(cabin, route.direct) *
    season(day, flights[flights.length - 1]?.leg.to.location.latitude ?? 0) *
    (weekdays[(day + 4) % 7] ?? 1) *
    (time < 420 || time > 1260 ? 0.9 : 1) *
    (0.82 + 0.4 * unit(mix(key, 1)));
  return {
    dollars,
    alone: key,
    together: mix(day, Math.round(route.direct * 10)),
    front: cabin === "business" || cabin === "first",
    range: rangeOf(route.seller, cabin, route.direct),
  };
}

/** Whether a route is sold in a cabin: by the airline of its longest flight; feeders may have economy alone. */
function isSold({ legs, seller, direct }: Route, cabin: Criteria["cabin"]): boolean {
  if (cabin === "economy") return true;
  const [start, end] = [legs[0]?.from, legs[legs.length - 1]?.to];
  return legs[0] !== undefined && sells(seller, cabin, direct, start?.country === end?.country);
}

/** The level of a route: mostly the great circle, a little the detour; each stop makes it cheaper. */
function levelOf(route: Route): number {
  const km = 0.75 * route.direct + 0.25 * route.km;
  const low = route.seller.kind === "low" ? 0.42 + 0.3 * Math.min(1, km / 6000) : 1;
  const level = low * (30 + 0.62 * km ** 0.74) * (0.94 + 0.12 * unit(route.key));
  return level * (route.legs.length === 1 ? 1 : route.legs.length === 2 ? 0.86 : 0.82);
}

/** The summer of the destination (July in the north, January in the south), and Christmas everywhere. */
function season(day: number, latitude: number): number {
  const ofYear = day % 365.25;
  const near = (peak: number, width: number) => {
    const apart = Math.abs(ofYear - peak);
    const days = Math.min(apart, 365.25 - apart) / width;
    return Math.exp(-days * days);
  };
  const summer = latitude >= 0 ? 0.3 * near(208, 42) : 0.22 * near(15, 40);
  return 0.94 + summer + 0.32 * near(357, 9) + 0.08 * near(100, 12);
}

/**
 * The market's moves: each flight, and each day's flights together, stay at one level for days, then step to another;
 * now and then there is a sale. Bounded, and a function of the moment alone.
 */
function market(together: number, alone: number, at: number): number {
  const both = (1 + 0.12 * level(together, at, 112)) * (1 + 0.15 * level(alone, at, 138));
  return level(mix(alone, 3), at, 54) < -0.86 ? both * 0.78 : both;
}

/** A number in [-1, 1) that holds for `period` hours; keys step at different hours. */
function level(key: number, at: number, period: number): number {
  const step = Math.floor(at / (period * msPerHour) + unit(key));
  return 2 * unit(mix(key, step)) - 1;
}
