import type { BookingEvent, Data } from "../../outbox.ts";
import { longDay } from "./format.ts";
import type { LetterWords } from "./lettershape.ts";

type Told = Data["booking_changed"];

const sayDay = (day: string) => longDay(day, "en-GB");
const route = ({ origin, destination }: Told) => `${origin} to ${destination}`;
const days = ({ departureDate, returnDate }: Told) =>
  returnDate === null ? `on ${sayDay(departureDate)}` : `from ${sayDay(departureDate)} to ${sayDay(returnDate)}`;

/** What happened, as the end of a subject, and what that means. */
const told: Record<BookingEvent, [subject: string, text: string]> = {
  action_required: [
    "your bank asks you to confirm the payment",
    "Your bank wants to know that it is you who pays. Confirm it within 15 minutes: until then nothing is paid.",
  ],
  confirmed: [
    "your booking is confirmed",
    "Your seats are booked. Tickets and the airline's reference are on its page.",
  ],
  held: [
    "your seats are held",
    "Your seats are held, and nothing has been paid. Pay before the hold runs out, or let it go.",
  ],
  unknown: [
    "we do not know yet whether your booking was made",
    "The airline has not told us whether it took the order. We go on asking. Please do not book these flights again: you might pay twice.",
  ],
  failed: ["your booking was not made", "Nothing was booked, and your card pays nothing. Its page says why."],
  payment_failed: [
    "your payment did not go through",
    "Your seats are still held. Try another card before the hold runs out.",
  ],
  hold_ends: [
    "your held seats are about to be let go",
    "Pay before the hold runs out, or your seats are sold to others.",
  ],
  expired: ["your hold has run out", "Nothing was paid, and your seats were let go."],
  cancelled: ["your booking is cancelled", "What you get back, and where, is on its page."],
  checkin_opens: [
    "check-in opens",
    "Your flight leaves in a day: most airlines let you check in now. Its page has the airline's reference.",
  ],
  departs_soon: [
    "your flight leaves soon",
    "Your flight leaves in three hours. Its page has times and references; the airline knows of delays.",
  ],
  change_asks: [
    "your bank asks you to confirm the payment",
    "Your bank wants to know that it is you who pays for the change. Confirm it within 15 minutes: until then your flights stay as they were.",
  ],
  changed: [
    "your flights are changed",
    "The airline has changed your booking as you asked. Your new flights are on its page.",
  ],
  not_changed: [
    "your flights were not changed",
    "Your booking stays as it was, and the change costs you nothing. Its page says why.",
  ],
  airline_changed: [
    "the airline changed your flights",
    "Its page shows the flights before and after, and what you can do: accept what is new, where the airline asks for it, or cancel.",
  ],
  not_accepted: [
    "the airline did not take your answer",
    "You accepted what the airline changed, and it refused. Its page shows how your flights stand now.",
  ],
  refunded: ["your refund is on its way", "Your card gets the refund. Banks take up to ten days to show it."],
};

export const booking = (data: Told) => {
  const [subject, text] = told[data.event];
  return { title: `${route(data)}, ${data.reference}: ${subject}`, text };
};

export const bookingLetter: LetterWords["booking_changed"] = (data, { link }) => {
  const [subject, text] = told[data.event];
  return {
    subject: `${route(data)}: ${subject}`,
    parts: [
      `Hello ${data.firstName},`,
      `this is about your flights ${route(data)} ${days(data)}, booking ${data.reference}.`,
      text,
      { label: "Look at the booking", url: link(`/trips/${data.bookingId}`) },
    ],
  };
};
