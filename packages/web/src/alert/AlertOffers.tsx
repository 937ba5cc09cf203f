import { Link } from "wouter";
import { useAlertOffers } from "../data/bookings.ts";
import { SliceLine } from "../search/OfferCard.tsx";
import styles from "../ui/Detail.module.css";
import { Detail } from "../ui/Detail.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Price, SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useTripTexts } from "../words/trips.ts";
import { useWords } from "../words/words.tsx";

/** What can be booked of an alert now, sought anew. */
export function AlertOffers({ params: { id = "" } }: { params: { id?: string } }) {
  const { alerts } = useWords();
  const { fromAlert: words } = useTripTexts();
  useTitle(words.title);
  return (
    <Detail back={`/alerts/${id}`} title={alerts.title} heading={words.title}>
      <Offers id={id} />
    </Detail>
  );
}

/** The most that are shown: the search shows all. */
const most = 8;

function Offers({ id }: { id: string }) {
  const { fromAlert: words } = useTripTexts();
  const { data, error, isPending, refetch } = useAlertOffers(id);
  if (isPending)
    return (
      <>
        <p role="status">{words.asking}</p>
        <Skeleton height={120} count={3} />
      </>
    );
  if (!data) return <Fault error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <Empty title={words.none} />;
  return data.items.slice(0, most).map((offer) => (
    <article key={offer.id} className={styles.card}>
      {offer.slices.map((slice) => (
        <SliceLine key={slice.departingAt + slice.origin} slice={slice} names={data} />
      ))}
      <p className={styles.line}>
        <Price of={offer.total} big /> {offer.simulated && <SimulatedTag />}
      </p>
      <p className={styles.actions}>
        <Link href={`/book/${offer.id}`}>
          {words.choose}
          <span className="hidden"> {offer.slices.map(({ segments }) => segments[0]?.flightNumber).join(", ")}</span>
        </Link>
      </p>
    </article>
  ));
}
