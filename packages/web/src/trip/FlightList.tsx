import type { Booking } from "../data/bookings.ts";
import type { Names } from "../data/names.ts";
import { SliceLine } from "../search/OfferCard.tsx";
import styles from "../ui/Detail.module.css";
import { useFormat } from "../words/words.tsx";

/** Flights under their days. `level` is that of the headings of days. */
export function FlightList({
  slices,
  names,
  level: Day = "h3",
}: {
  slices: Booking["slices"];
  names: Names;
  level?: "h3" | "h4";
}) {
  const format = useFormat();
  return slices.map((slice) => (
    <div key={slice.departingAt + slice.origin}>
      <Day className={styles.day}>{format.longDay(slice.departingAt.slice(0, 10))}</Day>
      <SliceLine slice={slice} names={names} />
    </div>
  ));
}
