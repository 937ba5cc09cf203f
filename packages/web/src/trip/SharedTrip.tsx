import { useShared } from "../data/bookings.ts";
import { SliceLine } from "../search/OfferCard.tsx";
import styles from "../ui/Detail.module.css";
import { Notice } from "../ui/Notice.tsx";
import { SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import { Days } from "./Days.tsx";

/** What a shared link shows: flights, and no more. */
export function SharedTrip({ params: { token = "" } }: { params: { token?: string } }) {
  const words = useTripTexts();
  const format = useFormat();
  const { data, isPending, error } = useShared(token);
  useTitle(words.sharedTitle);
  return (
    <div className={styles.page}>
      <h1>{words.sharedTitle}</h1>
      {isPending && <Skeleton height={160} />}
      {error && <Notice tone="typical">{words.sharedGone}</Notice>}
      {data && (
        <section className={styles.card}>
          <p className={styles.line}>
            {words.reference}: {data.reference} {data.simulated && <SimulatedTag />}
          </p>
          {data.slices.map((slice) => (
            <div key={slice.departingAt + slice.origin}>
              <h2 className={styles.day}>{format.longDay(slice.departingAt.slice(0, 10))}</h2>
              <SliceLine slice={slice} names={data} />
            </div>
          ))}
          {data.slices.length === 0 && <Days of={data} />}
        </section>
      )}
    </div>
  );
}
