import { useEffect } from "react";
import { type Booking, calendarOf, paperOf, useBooking, useConfirmPayment } from "../data/bookings.ts";
import { placeName } from "../data/names.ts";
import { proofHref } from "../pay/link.ts";
import { Action } from "../ui/Button.tsx";
import { Copy } from "../ui/Copy.tsx";
import styles from "../ui/Detail.module.css";
import { Detail } from "../ui/Detail.tsx";
import { MovedMark } from "../ui/Moved.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Moment, Price, SimulatedTag, Skeleton, Tag } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import { AirlineChanges } from "./AirlineChange.tsx";
import { CancelTrip } from "./CancelTrip.tsx";
import { ChangeTrip } from "./ChangeTrip.tsx";
import { Days } from "./Days.tsx";
import { FlightList } from "./FlightList.tsx";
import { PayHeld } from "./PayHeld.tsx";
import { ShareTrip } from "./ShareTrip.tsx";
import { destinationOf, toneOf } from "./status.ts";
import own from "./TripPage.module.css";

/** One trip: what is booked, what is to be done, and what happened. */
export function TripPage({ params: { id = "" } }: { params: { id?: string } }) {
  const words = useTripTexts();
  return (
    <Detail back="/trips" title={words.title}>
      <Loaded id={id} />
    </Detail>
  );
}

function Loaded({ id }: { id: string }) {
  const { data: booking, error, isPending, refetch } = useBooking(id);
  if (isPending) return <Skeleton height={160} count={3} />;
  if (!booking) return <Fault error={error} onRetry={() => void refetch()} />;
  return <Shown booking={booking} />;
}

function Shown({ booking }: { booking: Booking }) {
  const words = useTripTexts();
  const destination = destinationOf(booking);
  const title = destination ? placeName(destination, booking) : booking.reference;
  useTitle(title);
  return (
    <>
      <header className={styles.head}>
        <h1>{title}</h1>
        <p className={styles.line}>
          <Tag tone={toneOf(booking.status)}>{words.statuses[booking.status]}</Tag>
          {booking.simulated && <SimulatedTag />}
          {booking.departsAt && <Moment at={booking.departsAt} />}
        </p>
        <MovedMark of={booking.moved} />
        <p className={styles.small}>
          {booking.moved ? words.oldReference : words.reference}: <strong>{booking.reference}</strong>
        </p>
      </header>
      <State booking={booking} />
      <AirlineChanges booking={booking} />
      <section className={styles.card} aria-labelledby="flights">
        <h2 id="flights">{words.flights}</h2>
        <FlightList slices={booking.slices} names={booking} />
        {booking.slices.length === 0 && <Days of={booking} />}
        {booking.airlineReference && (
          <Copy
            text={booking.airlineReference}
            label={words.copyReference}
          >{`${words.airlineReference}: ${booking.airlineReference}`}</Copy>
        )}
      </section>
      <People booking={booking} />
      <Receipt booking={booking} />
      <section className={`${styles.card} ${styles.screenOnly}`}>
        <p className={styles.actions}>
          <a href={calendarOf(booking.id)} download="flights.ics">
            {words.calendar}
          </a>
          <a href={paperOf(booking.id, "itinerary")} target="_blank" rel="noreferrer">
            {words.itinerary}
          </a>
          <a href={paperOf(booking.id, "receipt")} target="_blank" rel="noreferrer">
            {words.receipt}
          </a>
        </p>
        {(booking.status === "confirmed" || booking.status === "held") && <ShareTrip id={booking.id} />}
        {booking.actions.includes("change") && <ChangeTrip booking={booking} />}
        {booking.actions.includes("cancel") && <CancelTrip booking={booking} />}
      </section>
      <History booking={booking} />
    </>
  );
}

function State({ booking }: { booking: Booking }) {
  const words = useTripTexts();
  const format = useFormat();
  const { status, because, payBy, priceUntil, actions } = booking;
  const asksBank = actions.includes("confirm_payment");
  const asked = payBy === null ? words.notes.action_required : words.heldAsksBank;
  const note = !asksBank ? words.notes[status] : status === "changing" ? words.change.asksBank : asked;
  const reason = because === null ? "" : (words.because[because] ?? words.otherReason);
  const tone = {
    failed: "high",
    unknown: "typical",
    action_required: "typical",
    changing: "typical",
    held: "typical",
  } as const;
  if (!note && !reason) return null;
  return (
    <div role="status" className={styles.screenOnly}>
      <Notice tone={tone[status as keyof typeof tone] ?? "plain"}>
        {reason && <p>{reason}</p>}
        {note && <p>{note}</p>}
        {status === "held" && payBy && <p>{words.payBy(format.moment(payBy))}</p>}
        {status === "held" && priceUntil && <p>{words.priceUntil(format.moment(priceUntil))}</p>}
        {actions.includes("pay") && <PayHeld booking={booking} />}
        {asksBank && <AtBank booking={booking} />}
      </Notice>
    </div>
  );
}

/** The way to the bank's page. Who comes back from there need not wait for the next look. */
function AtBank({ booking: { id, challenge } }: { booking: Booking }) {
  const words = useTripTexts();
  const confirm = useConfirmPayment(id);
  const { mutate } = confirm;
  useEffect(() => mutate(undefined), [mutate]);
  return (
    <div className={styles.actions}>
      {challenge && <a href={proofHref(challenge, `/trips/${id}`)}>{words.confirmAtBank}</a>}
      <Action busy={confirm.isPending} onClick={() => mutate(undefined)}>
        {words.confirmed}
      </Action>
    </div>
  );
}

function People({ booking: { passengers, tickets, travelers, moved } }: { booking: Booking }) {
  const words = useTripTexts();
  return (
    <section className={styles.card} aria-labelledby="people">
      <h2 id="people">{words.passengers}</h2>
      <ul>
        {passengers.map(({ givenName, familyName, kind }, index) => (
          <li key={`${givenName}${familyName}${index}`}>
            {`${givenName} ${familyName}`.trim() || words.nameless} ({words.kinds[kind] ?? kind})
          </li>
        ))}
        {/* One that was moved in may have travelers of whom nothing is known. */}
        {moved && passengers.length === 0 && <li>{words.namelessAll(travelers)}</li>}
      </ul>
      {tickets.length > 0 && (
        <p>
          {words.tickets}: {tickets.join(", ")}
        </p>
      )}
    </section>
  );
}

function Receipt({ booking: { total, payment, terms, createdAt, status, moved } }: { booking: Booking }) {
  const words = useTripTexts();
  const format = useFormat();
  return (
    <section className={styles.card} aria-labelledby="receipt">
      <h2 id="receipt">{words.receipt}</h2>
      <p className={styles.line}>
        {payment === "paid" ? words.total : words.price}: <Price of={total} big />{" "}
        {moved ? words.oldPayment : words.payments[payment]}
      </p>
      <p className={styles.small}>
        {words.statuses[status]} · {format.moment(createdAt)}
        {terms && ` · ${words.termsAccepted(format.longDay(terms))}`}
      </p>
    </section>
  );
}

function History({ booking: { events } }: { booking: Booking }) {
  const words = useTripTexts();
  const format = useFormat();
  if (events.length === 0) return null;
  return (
    <details className={`${styles.card} ${styles.screenOnly}`}>
      <summary>{words.history}</summary>
      <ol className={own.events}>
        {events.map(({ at, kind }, index) => (
          <li key={`${at}${kind}${index}`}>
            <span className={styles.small}>{format.moment(at)}</span> {words.events[kind] ?? kind}
          </li>
        ))}
      </ol>
    </details>
  );
}
