import * as Alert from "../alert.ts";
import * as Flight from "../flight.ts";
import * as Watch from "../watch.ts";

/**
 * What a user's alert was about, sought anew at `at` for the party and the wishes of its watch: what can be booked now.
 * @throws Problem `alert.missing`, and what a search throws
 */
export async function offersOf(userId: string, id: string, at: Date, caller?: Flight.Caller): Promise<Flight.Result> {
  const { watchId, origin, destination, departureDate, returnDate, price } = await Alert.get(userId, id);
  const watch = await Watch.get(userId, watchId, at);
  const { adults, childAges, infants, cabin, maxStops } = watch;
  const wishes = Object.fromEntries(
    Object.keys(Flight.wishes).flatMap((name) => {
      const wish = watch[name as keyof typeof Flight.wishes];
      return wish === null || wish === undefined ? [] : [[name, wish]];
    }),
  );
  const journey = { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops };
  return Flight.search({ ...journey, ...wishes, currency: price.currency }, at, caller);
}
