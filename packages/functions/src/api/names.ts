import * as Alert from "@travel-conductor/core/alert";
import * as Flight from "@travel-conductor/core/flight";
import * as Watch from "@travel-conductor/core/watch";
import * as v from "valibot";

/** A watch with the names of its codes. */
export const NamedWatch = v.object({ ...Watch.Info.entries, ...Flight.names });
/** An alert with its offer, and the names of its codes. */
export const NamedAlert = v.object({ ...Alert.Full.entries, ...Flight.names });
export const namedPlaces = { places: Flight.names.places };

/** Adds what the codes of a watch are called. */
export async function withNames(watch: Watch.Info): Promise<Watch.Info & Flight.Names> {
  return { ...watch, ...(await namesOfWatches([watch])) };
}

/** Names the places and the airlines of watches. */
export function namesOfWatches(watches: Watch.Info[]): Promise<Flight.Names> {
  const airlines = watches.flatMap(({ airlines, excludeAirlines, flights }) => [
    ...(airlines ?? []),
    ...(excludeAirlines ?? []),
    ...(flights ?? []).map((flight) => flight.slice(0, 2)),
  ]);
  return Flight.namesOf(
    watches.flatMap((watch) => [watch, watch.cheapest ?? []].flat().flatMap(codesOf)),
    airlines,
  );
}

/** Names the places of journeys. */
export async function placesOf(journeys: Journey[]): Promise<Pick<Flight.Names, "places">> {
  const { places } = await Flight.namesOf(journeys.flatMap(codesOf), []);
  return { places };
}

/** Names the places of alerts. */
export const placesOfAlerts = (alerts: Alert.Info[]) => placesOf(alerts.flatMap((alert) => [alert, alert.watch]));

/** Names the places and the airlines of an alert and its offer. */
export function namesOfAlert(alert: Alert.Full): Promise<Flight.Names> {
  return Flight.namesOfOffers(alert.offer ? [alert.offer] : [], codesOf(alert));
}

type Journey = { origin: string | string[]; destination: string | string[] };
const codesOf = ({ origin, destination }: Journey) => [origin, destination].flat();
