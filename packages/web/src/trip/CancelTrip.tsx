import { useState } from "react";
import { type Booking, useCancel, useQuote } from "../data/bookings.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action } from "../ui/Button.tsx";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";

/** Cancels in two steps: what comes back, and where, is said first. */
export function CancelTrip({ booking }: { booking: Booking }) {
  const words = useTripTexts();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const quote = useQuote(booking.id);
  const cancel = useCancel(booking.id);
  const told = quote.data?.cancellation;
  const open = () => {
    setOpen(true);
    quote.mutate(undefined);
  };
  const amount = told?.refund ? format.money(told.refund) : "";
  const back =
    told &&
    (typeof words.back[told.to] === "function"
      ? (words.back[told.to] as (text: string) => string)(amount)
      : words.back[told.to]);
  return (
    <>
      <Action kind="danger" onClick={open}>
        {words.cancel}
      </Action>
      {isOpen && (
        <Ask
          title={words.cancelTitle}
          go={words.cancelNow}
          busy={quote.isPending || cancel.isPending}
          disabled={!told}
          error={quote.error ?? cancel.error}
          onGo={() => told && cancel.mutate(told.id, { onSuccess: () => setOpen(false) })}
          onClose={() => setOpen(false)}
        >
          <div role="status">
            {quote.isPending && <p>{words.asking}</p>}
            {told && <p>{String(back)}</p>}
            {told?.expiresAt && <p>{words.quoteUntil(format.moment(told.expiresAt))}</p>}
          </div>
        </Ask>
      )}
    </>
  );
}
