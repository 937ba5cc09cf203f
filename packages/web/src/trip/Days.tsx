import type { Booking } from "../data/bookings.ts";
import { type Names, placeName } from "../data/names.ts";
import styles from "../ui/Detail.module.css";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";

/** The places and days of a booking whose flights are not known: one from the old site. */
export function Days({ of }: { of: Pick<Booking, "journey"> & Names }) {
  const words = useTripTexts();
  const format = useFormat();
  const { origin, destination, departureDate, returnDate, airline } = of.journey;
  const [from, to] = [placeName(origin, of), placeName(destination, of)];
  return (
    <>
      {departureDate && (
        <p>
          {format.longDay(departureDate)}: {from} – {to}
        </p>
      )}
      {returnDate && (
        <p>
          {format.longDay(returnDate)}: {to} – {from}
        </p>
      )}
      {airline && <p>{airline}</p>}
      <p className={styles.small}>{words.noFlights}</p>
    </>
  );
}
