import { Link, useSearch } from "wouter";
import { type Offer, useOffer } from "../data/flights.ts";
import type { Names } from "../data/names.ts";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Price, SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { isComplete, journeyAddress, readJourney } from "./journey.ts";
import { SliceLine } from "./OfferCard.tsx";
import styles from "./OfferPage.module.css";
import { Terms } from "./Terms.tsx";

/** Asks the airline for a chosen offer: it costs the same, another price, or is gone. */
export function OfferPage({ params: { id = "" } }: { params: { id?: string } }) {
  const words = useWords();
  const format = useFormat();
  const journey = readJourney(useSearch());
  const { data, error, isPending, refetch } = useOffer(id);
  useTitle(words.offer.title);
  const back = isComplete(journey) ? journeyAddress("/search", journey) : "/";
  return (
    <div className={styles.page}>
      <Link href={back}>{words.back}</Link>
      <h1>{words.offer.title}</h1>
      {isPending && (
        <>
          <p role="status">{words.offer.checking}</p>
          <Skeleton height={180} />
        </>
      )}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {data && (
        <div role="status">
          {data.change === "same" && <Notice tone="low">{words.offer.same}</Notice>}
          {data.change === "changed" && (
            <Notice tone="typical">
              {words.offer.changed(data.previousTotal ? format.money(data.previousTotal) : words.offer.unknown)}
            </Notice>
          )}
          {data.change === "gone" && (
            <Notice tone="high">
              <p>{words.offer.gone}</p>
              <p>{words.offer.goneHint}</p>
              <Link href={back}>{words.offer.again}</Link>
            </Notice>
          )}
        </div>
      )}
      {data?.offer && <Details offer={data.offer} names={data} />}
    </div>
  );
}

function Details({ offer, names }: { offer: Offer; names: Names }) {
  const { offer: words } = useWords();
  const format = useFormat();
  return (
    <>
      <p className={styles.total}>
        <Price of={offer.total} big /> {offer.simulated && <SimulatedTag />}
      </p>
      {offer.slices.map((slice) => (
        <section key={slice.departingAt + slice.origin} className={styles.slice}>
          <h2>{format.longDay(slice.departingAt.slice(0, 10))}</h2>
          <SliceLine slice={slice} names={names} />
        </section>
      ))}
      <Terms of={offer} />
      <p>{words.until(format.moment(offer.expiresAt))}</p>
      <p>
        <Link href={`/book/${offer.id}`} className={styles.book}>
          {words.book}
        </Link>
      </p>
    </>
  );
}
