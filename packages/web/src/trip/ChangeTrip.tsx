import { Fragment, useState } from "react";
import { Failed } from "../api/http.ts";
import { CardChoice } from "../book/CardChoice.tsx";
import { type Booking, useAskChange, useChange } from "../data/bookings.ts";
import { usePaymentMethods } from "../data/payments.ts";
import { Action, Button } from "../ui/Button.tsx";
import styles from "../ui/Detail.module.css";
import { Field } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import type { Money } from "../words/format.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { FlightList } from "./FlightList.tsx";

type Offer = NonNullable<Booking["change"]>["offers"][number];
type Sides = Pick<Offer, "charge" | "refund">;

/** Changes the flights in two steps: what is offered for other days, and what it costs, is said first. */
export function ChangeTrip({ booking }: { booking: Booking }) {
  const { change: words } = useTripTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Action onClick={() => setOpen(true)}>{words.start}</Action>
      {isOpen && <Steps booking={booking} onClose={() => setOpen(false)} />}
    </>
  );
}

function Steps({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const { change: words } = useTripTexts();
  const { cancel } = useWords();
  const format = useFormat();
  const ask = useAskChange(booking.id);
  const change = useChange(booking.id);
  const { data: cards = [] } = usePaymentMethods();
  const [chosen, choose] = useState<string | null>(null);
  const [picked, pick] = useState<string | null>(null);
  const offers = ask.data?.change?.offers;
  const offer = offers?.find(({ id }) => id === chosen);
  const moved = movedTo(change.error);
  const sides = moved ?? offer;
  const card = picked ?? cards.find(({ isDefault, expired }) => isDefault && !expired)?.id ?? null;
  const pays = sides !== undefined && Number(sides.charge.amount) > 0;
  const take = ({ id }: Offer, { charge, refund }: Sides) =>
    change.mutate({ offer: id, charge, refund, paymentMethod: pays ? card : null }, { onSuccess: onClose });
  const go = !sides ? words.go : pays ? words.goPay(format.money(sides.charge)) : words.go;
  return (
    <Sheet
      title={words.title}
      onClose={onClose}
      foot={
        offers && (
          <>
            <Button onClick={onClose}>{cancel}</Button>
            <Action
              kind="main"
              disabled={!offer || (pays && !card)}
              busy={change.isPending}
              onClick={() => offer && sides && take(offer, sides)}
            >
              {go}
            </Action>
          </>
        )
      }
    >
      <Days
        booking={booking}
        busy={ask.isPending}
        onAsk={(days) => {
          choose(null);
          change.reset();
          ask.mutate(days);
        }}
      />
      <FaultOf error={ask.error} />
      <div role="status">
        {ask.isPending && <p>{words.asking}</p>}
        {offers?.length === 0 && <p>{words.none}</p>}
      </div>
      {ask.data && offers && offers.length > 0 && (
        <fieldset className={styles.head}>
          <legend>{words.choose}</legend>
          {offers.map((one) => (
            <Fragment key={one.id}>
              <label className={styles.line}>
                <input
                  type="radio"
                  name="change"
                  checked={one.id === chosen}
                  onChange={() => {
                    choose(one.id);
                    change.reset();
                  }}
                />
                <span>
                  {one.slices.map(({ departingAt }) => leaving(departingAt, format)).join(" · ")} –{" "}
                  {costOf(one, words, format.money)}
                </span>
              </label>
              {one === offer && <Chosen booking={ask.data} offer={one} moved={moved} />}
            </Fragment>
          ))}
        </fieldset>
      )}
      {offer && pays && <CardChoice cards={cards} chosen={card} onChoose={pick} back={`/trips/${booking.id}`} />}
      {!moved && <FaultOf error={change.error} />}
    </Sheet>
  );
}

/** The chosen offer, below its line: the flights before and after, and what the change costs or gives back. */
function Chosen({ booking, offer, moved }: { booking: Booking; offer: Offer; moved: Sides | undefined }) {
  const { change: words } = useTripTexts();
  const format = useFormat();
  const sides = moved ?? offer;
  const cost = costOf(sides, words, format.money);
  const comesBack = !moved && Number(sides.refund.amount) > 0;
  return (
    <div className={styles.head}>
      <h3>{words.before}</h3>
      <FlightList slices={booking.slices} names={booking} level="h4" />
      <h3>{words.after}</h3>
      <FlightList slices={offer.slices} names={booking} level="h4" />
      {moved && <Notice tone="typical">{words.moved(cost)}</Notice>}
      {comesBack && <p>{words.back[offer.to](format.money(sides.refund))}</p>}
      {offer.penalty && Number(offer.penalty.amount) > 0 && <p>{words.penalty(format.money(offer.penalty))}</p>}
      <p className={styles.small}>{words.until(format.moment(offer.expiresAt))}</p>
    </div>
  );
}

/** A departure by its airport's own clock. */
const leaving = (at: string, format: ReturnType<typeof useFormat>) =>
  `${format.shortDay(at.slice(0, 10))}, ${format.clock(at)}`;

type Words = ReturnType<typeof useTripTexts>["change"];

/** What a change costs or gives back, in a few words. */
function costOf({ charge, refund }: Sides, words: Words, money: (of: Money) => string): string {
  if (Number(charge.amount) > 0) return words.costs(money(charge));
  return Number(refund.amount) > 0 ? words.gives(money(refund)) : words.free;
}

/** What the airline asks now, where it moved since it was shown. */
function movedTo(error: unknown): Sides | undefined {
  if (!(error instanceof Failed) || error.code !== "booking.price") return undefined;
  const { charge, refund } = (error.problem ?? {}) as Partial<Sides>;
  return charge && refund ? { charge, refund } : undefined;
}

type Wanted = { departureDate?: string; returnDate?: string };

function Days({ booking, busy, onAsk }: { booking: Booking; busy: boolean; onAsk: (days: Wanted) => void }) {
  const { change: words } = useTripTexts();
  const { departureDate, returnDate } = booking.journey;
  const [there, setThere] = useState(departureDate ?? "");
  const [back, setBack] = useState(returnDate ?? "");
  const isOther = { there: there !== departureDate, back: returnDate !== null && back !== returnDate };
  // The same days are asked for other times of day.
  const days = {
    ...((isOther.there || !isOther.back) && { departureDate: there }),
    ...(isOther.back && { returnDate: back }),
  };
  return (
    <form
      className={styles.head}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onAsk(days);
      }}
    >
      <Field
        label={words.departure}
        type="date"
        required
        value={there}
        onChange={(event) => setThere(event.currentTarget.value)}
      />
      {returnDate !== null && (
        <Field
          label={words.return}
          type="date"
          required
          value={back}
          onChange={(event) => setBack(event.currentTarget.value)}
        />
      )}
      <div>
        <Action type="submit" busy={busy}>
          {words.ask}
        </Action>
      </div>
    </form>
  );
}
