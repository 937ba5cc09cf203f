import type { Airport } from "../../airport.ts";
import { offset } from "../../base/zone.ts";
import type { Carrier } from "./carriers.ts";
import { keyOf, mix, unit } from "./chance.ts";
import { numbers } from "./numbers.ts";

/** One airline's flights between two airports: `departures` in local minutes of the day, each with a flight number. */
export type Leg = {
  carrier: Carrier;
  from: Airport;
  to: Airport;
  km: number;
  /** From gate to gate. */
  minutes: number;
  departures: number[];
  numbers: number[];
  /** Bit 0 is Sunday: the weekdays on which it flies. */
  weekdays: number;
};

/** The most flights a day of one airline between two airports: the others of a shuttle would differ in little. */
const most = { near: 8, far: 6, low: 4 };

const round = (minutes: number) => Math.round(minutes / 5) * 5;

/**
 * An airline's flights between two airports: how many, when, how long, under which numbers. `weekly` is 1 to 7 flights a
 * week, then 8 for two a day, 9 for three and so on.
 */
export function timetabled(by: Carrier, from: Airport, to: Airport, km: number, weekly: number): Leg {
  const [a, b] = [keyOf(from.code), keyOf(to.code)];
  const pair = mix(keyOf(by.code), mix(Math.min(a, b), Math.max(a, b)));
  const own = mix(pair, a);
  const minutes = blockTime(from, to, km);
  const daily = Math.max(1, Math.min(weekly - 6, by.kind === "low" ? most.low : km > 5000 ? most.far : most.near));
  const known = numbers.get(by.code + from.code + to.code) ?? [];
  const drawn = km > 5000 ? longHaul(by, own, from, to, minutes, daily) : spread(own, daily);
  const flights = drawn.map((time, index) => ({ time: known[index]?.leaves ?? time, index }));
  flights.sort((one, other) => one.time - other.time);
  const first = km > 5000 && by.kind !== "low" ? 2 + (pair % 190) * 2 : 400 + (pair % 3500) * 2;
  return {
    carrier: by,
    from,
    to,
    km,
    minutes,
    departures: flights.map(({ time }) => time),
    numbers: flights.map(({ index }) => known[index]?.number ?? first + 2 * index + (a < b ? 0 : 1)),
    weekdays: weekly < 7 ? someDays(own, weekly) : 127,
  };
}

/** Gate to gate in minutes; the jet stream makes it up to 7 % less eastward, and as much more westward. */
export function blockTime(from: Airport, to: Airport, km: number): number {
  const east = ((to.location.longitude - from.location.longitude + 540) % 360) - 180;
  const ground = km < 250 ? 10 + (30 * km) / 250 : 40;
  return round(ground + (km / 13.6) * (1 - 0.07 * Math.max(-1, Math.min(1, east / 60))));
}

/** Spreads `count` departures over the day, from about six in the morning to half past nine in the evening. */
function spread(key: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => round(370 + ((index + unit(mix(key, index))) * 920) / count));
}

/** When long flights land at a hub and leave it, in minutes of the day, so that they meet each other there. */
const banks = { landing: [310, 480, 1020, 1230], leaving: [480, 700, 1230, 1435] } as const;

const isIn = ([a, b, c, d]: readonly [number, number, number, number], time: number) =>
  (time >= a && time <= b) || (time >= c && time <= d);

/**
 * Long flights leave at times at which they arrive neither at night nor before public transport runs, and at an
 * airline's hub in its banks.
 */
function longHaul(by: Carrier, key: number, from: Airport, to: Airport, minutes: number, count: number): number[] {
  const winter = Date.UTC(2026, 0, 15);
  const shift = minutes + offset(to.timeZone, winter) - offset(from.timeZone, winter);
  const [out, home] = [by.hubs.has(from.code), by.hubs.has(to.code)];
  const sound = new Set<number>();
  for (let tries = 0; sound.size < count; tries++) {
    const leaves = round(420 + unit(mix(key, tries)) * 1015);
    const arrives = (leaves + shift + 2880) % 1440;
    const inBank = (!out || isIn(banks.leaving, leaves)) && (!home || isIn(banks.landing, arrives));
    if ((arrives > 305 && arrives < 1370 && (inBank || tries > 150)) || tries > 200) sound.add(leaves);
  }
  return [...sound].sort((a, b) => a - b);
}

/** `count` days of the week. */
function someDays(key: number, count: number): number {
  const order = [0, 1, 2, 3, 4, 5, 6].sort((a, b) => mix(key, a) - mix(key, b));
  return order.slice(0, count).reduce((mask, weekday) => mask | (1 << weekday), 0);
}
