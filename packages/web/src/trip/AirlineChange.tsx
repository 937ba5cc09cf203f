import { type Booking, useAcceptChange } from "../data/bookings.ts";
import { Action } from "../ui/Button.tsx";
import styles from "../ui/Detail.module.css";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useTripTexts } from "../words/trips.ts";
import { CancelTrip } from "./CancelTrip.tsx";
import { FlightList } from "./FlightList.tsx";

type Change = Booking["airlineChanges"][number];

/** What the airline changed and nobody has answered yet: before and after, to accept or to cancel. */
export function AirlineChanges({ booking }: { booking: Booking }) {
  // A booking that was kept before has none.
  const open = (booking.airlineChanges ?? []).filter(({ state }) => state === "open" || state === "accepting");
  if (booking.status !== "confirmed") return null;
  return open.map((change) => <Shown key={change.id} booking={booking} change={change} />);
}

function Shown({ booking, change: { id, removed, added, state, acceptable } }: { booking: Booking; change: Change }) {
  const words = useTripTexts().airline;
  const accept = useAcceptChange(booking.id);
  const isAsked = booking.actions.includes("accept_change") && acceptable;
  return (
    <section className={styles.screenOnly} aria-labelledby={id}>
      <Notice tone="typical">
        <h2 id={id}>{words.title}</h2>
        <h3>{words.before}</h3>
        <FlightList slices={removed} names={booking} level="h4" />
        <h3>{words.after}</h3>
        {added.length > 0 ? <FlightList slices={added} names={booking} level="h4" /> : <p>{words.nothing}</p>}
        {state === "accepting" ? <p role="status">{words.accepting}</p> : <p>{isAsked ? words.choose : words.ask}</p>}
        <FaultOf error={accept.error} />
        <div className={styles.actions}>
          {isAsked && (
            <Action kind="main" busy={accept.isPending} onClick={() => accept.mutate(id)}>
              {words.accept}
            </Action>
          )}
          {booking.actions.includes("cancel") && <CancelTrip booking={booking} />}
        </div>
      </Notice>
    </section>
  );
}
