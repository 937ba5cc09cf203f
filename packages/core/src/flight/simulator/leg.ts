import type { Airport } from "../../airport.ts";
import { offset } from "../../base/zone.ts";
import type { Carrier } from "./carriers.ts";
import { keyOf, mix, unit } from "./chance.ts";

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

const round = (minutes: number) => Math.round(minutes / 5) * 5;

/** An airline's flights between two airports: how many, when, how long, under which numbers. */
export function timetabled(by: Carrier, from: Airport, to: Airport, km: number): Leg {
  const [a, b] = [keyOf(from.code), keyOf(to.code)];
  const pair = mix(keyOf(by.code), mix(Math.min(a, b), Math.max(a, b)));
  const own = mix(pair, a);
  const east = ((to.location.longitude - from.location.longitude + 540) % 360) - 180;
  // The jet stream: up to 7 % faster eastward, and slower westward by the same amount.
  const minutes = round(40 + (km / 13.6) * (1 - 0.07 * Math.max(-1, Math.min(1, east / 60))));
  const busy = from.size + to.size;
  const daily = Math.max(1, Math.min(by.low ? 3 : 6, Math.round(((busy - 7) / 2) * (by.low ? 0.5 : 1))));
  const times = km > 5000 ? longHaul(own, from, to, minutes, busy > 16 && km < 9000 ? 2 : 1) : spread(own, daily);
  const first = km > 5000 && !by.low ? 2 + (pair % 190) * 2 : 400 + (pair % 3500) * 2;
  const thin = by.low ? busy < 13 : km < 5000 && busy < 8;
  return {
    carrier: by,
    from,
    to,
    km,
    minutes,
    departures: times,
    numbers: times.map((_, index) => first + 2 * index + (a < b ? 0 : 1)),
    weekdays: thin ? someDays(own) : 127,
  };
}

/** Spreads `count` departures over the day, from about six in the morning to half past nine in the evening. */
function spread(key: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => round(370 + ((index + unit(mix(key, index))) * 920) / count));
}

/** Long flights leave at times at which they arrive neither at night nor before public transport runs. */
function longHaul(key: number, from: Airport, to: Airport, minutes: number, count: number): number[] {
  const winter = Date.UTC(2026, 0, 15);
  const shift = minutes + offset(to.timeZone, winter) - offset(from.timeZone, winter);
  const sound: number[] = [];
  for (let tries = 0; sound.length < count; tries++) {
    const leaves = round(420 + unit(mix(key, tries)) * 980);
    const arrives = (leaves + shift + 2880) % 1440;
    if ((arrives > 320 && arrives < 1370) || tries > 20) sound.push(leaves);
  }
  return sound.sort((a, b) => a - b);
}

/** Three to six days of the week. */
function someDays(key: number): number {
  const count = 3 + (key % 4);
  const order = [0, 1, 2, 3, 4, 5, 6].sort((a, b) => mix(key, a) - mix(key, b));
  return order.slice(0, count).reduce((mask, weekday) => mask | (1 << weekday), 0);
}
