import { Link } from "wouter";
import type { Journey, Offer } from "../data/flights.ts";
import { flightName, type Names, placeName } from "../data/names.ts";
import { Price, Tag } from "../ui/Show.tsx";
import { daysLater } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { journeyAddress } from "./journey.ts";
import type { Mark } from "./marks.ts";
import styles from "./OfferCard.module.css";

export function OfferCard({
  offer,
  journey,
  names,
  marks,
}: {
  offer: Offer;
  journey: Journey;
  names: Names;
  marks: Mark[];
}) {
  const words = useWords();
  const { results } = words;
  const party = words.party({ adults: journey.adults, children: journey.childAges.length, infants: journey.infants });
  return (
    <article className={styles.card}>
      <div className={styles.slices}>
        {offer.slices.map((slice) => (
          <SliceLine key={slice.departingAt + slice.origin} slice={slice} names={names} />
        ))}
        <p className={styles.terms}>
          {marks.map((mark) => (
            <Tag key={mark} tone="accent">
              {results.marks[mark]}
            </Tag>
          ))}
          {offer.bags && <Tag>{offer.bags.checked > 0 ? results.bags(offer.bags.checked) : results.noBag}</Tag>}
          {offer.conditions.refund?.allowed && <Tag tone="low">{results.refundable}</Tag>}
          {offer.simulated && <Tag>{words.simulated}</Tag>}
        </p>
      </div>
      <div className={styles.side}>
        <div>
          <Price of={offer.total} big />
          <p className={styles.party}>{results.total(party)}</p>
        </div>
        <Link href={journeyAddress(`/offers/${offer.id}`, journey)} className={styles.choose}>
          {results.choose}
          <span className="hidden"> {offer.slices.map(({ segments }) => segments[0]?.flightNumber).join(", ")}</span>
        </Link>
      </div>
    </article>
  );
}

/** One direction: the airports' own clocks, and what is between. */
export function SliceLine({ slice, names }: { slice: Offer["slices"][number]; names: Names }) {
  const { results } = useWords();
  const format = useFormat();
  const later = daysLater(slice.departingAt, slice.arrivingAt);
  const via = slice.segments.slice(1).map(({ origin }) => placeName(origin, names));
  const flights = slice.segments.map((segment) => flightName(segment, names)).join(", ");
  return (
    <div className={styles.slice}>
      <p className={styles.times}>
        <span>{format.clock(slice.departingAt)}</span>
        <span aria-hidden="true">–</span>
        <span>
          {format.clock(slice.arrivingAt)}
          {later !== 0 && (
            <sup className={styles.later}>
              <span aria-hidden="true">{results.nextDay(later)}</span>
              <span className="hidden">{results.arrivesLater(later)}</span>
            </sup>
          )}
        </span>
      </p>
      <p className={styles.how}>
        {placeName(slice.origin, names)} – {placeName(slice.destination, names)}
      </p>
      <p className={styles.how}>
        {format.duration(slice.duration)} · {slice.stops === 0 ? results.direct : results.stops(slice.stops)}
        {via.length > 0 && ` ${results.via(via.join(", "))}`} · {flights}
      </p>
    </div>
  );
}
