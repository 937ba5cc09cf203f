import { Link, useLocation, useSearch } from "wouter";
import { type ListedBooking, useBookings } from "../data/bookings.ts";
import { type Names, namesIn, placeName } from "../data/names.ts";
import { Button } from "../ui/Button.tsx";
import { Filter } from "../ui/Filter.tsx";
import { More } from "../ui/More.tsx";
import { MovedMark } from "../ui/Moved.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Moment, SimulatedTag, Skeleton, Tag } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import { destinationOf, toneOf } from "./status.ts";
import styles from "./Trips.module.css";

const whens = ["upcoming", "past"] as const;

export function Trips() {
  const words = useTripTexts();
  useTitle(words.title);
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <SignedIn>
        <List />
      </SignedIn>
    </div>
  );
}

function List() {
  const words = useTripTexts();
  const [, go] = useLocation();
  const when = new URLSearchParams(useSearch()).get("when") === "past" ? "past" : "upcoming";
  const list = useBookings(when);
  const { data, error, isPending, refetch } = list;
  const bookings = data?.pages.flatMap(({ items }) => items) ?? [];
  const names = namesIn(data?.pages);
  return (
    <>
      <Filter
        label={words.filter}
        choices={whens.map((each) => ({
          href: each === "past" ? "/trips?when=past" : "/trips",
          text: words[each],
          isChosen: each === when,
        }))}
      />
      {isPending && <Skeleton height={104} count={3} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {data && bookings.length === 0 && (
        <Empty title={when === "past" ? words.emptyPast : words.emptyUpcoming}>
          <p>{words.emptyHint}</p>
          <Button kind="main" onClick={() => go("/")}>
            {words.toSearch}
          </Button>
        </Empty>
      )}
      <ol className={styles.list}>
        {bookings.map((booking) => (
          <li key={booking.id}>
            <Row booking={booking} names={names} />
          </li>
        ))}
      </ol>
      <More of={list} />
    </>
  );
}

function Row({ booking, names }: { booking: ListedBooking; names: Names }) {
  const words = useTripTexts();
  const format = useFormat();
  const { slices, journey, departsAt, payBy, status } = booking;
  const [first] = slices;
  const known = slices.length > 0 ? slices.map(({ departingAt }) => departingAt.slice(0, 10)) : daysOf(journey);
  const days = known.map(format.day).join(" – ");
  const destination = destinationOf(booking);
  return (
    <article className={styles.row}>
      <div>
        <h2 className={styles.route}>
          <Link href={`/trips/${booking.id}`}>{destination ? placeName(destination, names) : booking.reference}</Link>
        </h2>
        <p>{days}</p>
        {first && (
          <p className={styles.small}>
            {format.clock(first.departingAt)} {first.origin}
          </p>
        )}
        <p className={styles.small}>
          {booking.moved ? words.oldReference : words.reference}: {booking.reference}
        </p>
        <MovedMark of={booking.moved} />
      </div>
      <div className={styles.side}>
        <Tag tone={toneOf(status)}>{words.statuses[status]}</Tag>
        {booking.simulated && <SimulatedTag />}
        {status === "held" && payBy && <span className={styles.small}>{words.payBy(format.moment(payBy))}</span>}
        {departsAt && <Moment at={departsAt} />}
      </div>
    </article>
  );
}

const daysOf = (journey?: ListedBooking["journey"]) =>
  [journey?.departureDate, journey?.returnDate].flatMap((day) => day ?? []);
