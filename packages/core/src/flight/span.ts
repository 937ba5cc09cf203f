import * as Airport from "../airport.ts";
import { instantOf } from "../base/zone.ts";
import type { Slice } from "./offer.ts";

/** The instants of a journey's first take-off and last landing. Airports that are not known are taken for UTC. */
export function spanOf(slices: Slice[]): { departsAt: Date; arrivesAt: Date } {
  const zone = (code: string) => Airport.find(code)?.timeZone ?? "UTC";
  const [first, last] = [slices[0]!, slices.at(-1)!];
  return {
    departsAt: new Date(instantOf(zone(first.origin), first.departingAt)),
    arrivesAt: new Date(instantOf(zone(last.destination), last.arrivingAt)),
  };
}
