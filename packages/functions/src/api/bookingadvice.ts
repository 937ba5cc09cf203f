/** The rows of advice.ts about bookings, and what they are made of. */
export const bookingAdvice: Record<string, [means: string, todo: string]> = {
  "account.booking_open": [
    "A booking of the account is still being worked on: an order may exist, or money is on its way.",
    "Delete the account when the booking is settled: paid, cancelled and refunded, or run out.",
  ],
  "booking.airline_change": [
    "The airline made no such change of the booking, or it cannot be accepted here.",
    "Read the booking again; what cannot be accepted is asked of the airline, with its reference.",
  ],
  "booking.busy": ["A step of the booking is being taken.", "Repeat the request after some seconds."],
  "booking.change_offer": [
    "The change is not one of the last that were offered, or is offered no longer.",
    "Ask for changes again.",
  ],
  "booking.daily": ["The account has made 10 bookings in 24 hours.", "Book again tomorrow."],
  "booking.days": [
    "No other day is named, or a day of return for a booking without a way back.",
    "Give `departureDate`, `returnDate`, or both.",
  ],
  "booking.duplicate": [
    "These travelers are booked on these flights already.",
    "Look at the list of bookings; to book them once more, say `again`.",
  ],
  "booking.gone": [
    "The same flights are not sold any more with the same terms.",
    "Show `similar`, offers that are sold now, or search again.",
  ],
  "booking.hold": ["The airline does not hold this offer.", "Book it with a payment method."],
  "booking.missing": [
    "There is no booking with this id among those of the account, or the link works no more.",
    "Read the list of bookings again.",
  ],
  "booking.mode": [
    "Either the flights are made up and the cards are real, or the other way round.",
    "Nothing: those who run the service have to set up both for tests, or both for real.",
  ],
  "booking.no_target": [
    "The watch has no target price, at which flights would be held.",
    "Give the watch a target first.",
  ],
  "booking.moved": [
    "The booking was made with the application before: its flights and its order are not known here.",
    "Ask the airline, or where it was booked.",
  ],
  "booking.not_changeable": [
    "The airline does not let the booking be changed here.",
    "Ask the airline, with its reference.",
  ],
  "booking.not_cancellable": [
    "The airline does not let the booking be cancelled here.",
    "Ask the airline, with its reference.",
  ],
  "booking.party": [
    "The travelers do not fit the offer, or lack what airlines ask for; `errors` names each.",
    "Choose others, or complete them; for another party search again.",
  ],
  "booking.payment": ["There is no payment method, and the flights are not to be held.", "Name a card, or say `hold`."],
  "booking.penalty": [
    "It is not known what a change of the booking costs.",
    "Give `penalty` in the currency of the booking, less than its price.",
  ],
  "booking.price": [
    "The price has changed since the offer was shown.",
    "Show both prices; post again with `offer`, pay with `total`, or change with `charge` and `refund`, to accept the new one.",
  ],
  "booking.quote": ["The quote is not the last one, or has run out.", "Ask again what a cancellation gives back."],
  "booking.seller": ["The airline does not answer.", "Repeat the request after half a minute."],
  "booking.state": [
    "The booking is not in a state for that; `actions` says what can be done.",
    "Read the booking again.",
  ],
  "booking.terms": ["Other terms hold now.", "Show the terms that hold, and send their version."],
  "booking.unproven": [
    "The address of the account is not proven, and tickets go there.",
    "Have its owner open the link in the letter.",
  ],
  "document.limit": ["The traveler has 5 documents.", "Remove one that is not needed any more."],
  "document.missing": ["There is no document with this id among those of the traveler.", "Read the traveler again."],
  "payment_method.declined": [
    "The bank refused the card, or its owner could not be proven.",
    "Enter the card again, or another one, with the same client secret.",
  ],
  "payment_method.expired": ["The card's last month is over.", "Use another card, or add it anew."],
  "payment_method.limit": ["The account has 10 cards.", "Remove one that is not needed any more."],
  "payment_method.missing": [
    "There is no card with this id among those of the account.",
    "Read the list of cards again.",
  ],
  "payment_method.setup": [
    "There is no setup with this id among those of the account, or its card was removed.",
    "Start to add the card again.",
  ],
  "payment_method.stripe": [
    "Stripe does not answer, or not as it should.",
    "Repeat the request after some seconds: it changes nothing twice.",
  ],
  "payment_method.unavailable": ["This service takes no cards.", "Nothing: those who run it have to set Stripe up."],
  "payment_method.unfinished": [
    "Stripe still waits for the card, or for the proof of its owner.",
    "Finish in the browser, with the same client secret, then repeat the request.",
  ],
  "traveler.busy": [
    "Other requests change this traveler at the same moment.",
    "Wait for the seconds in Retry-After, then send the same request again.",
  ],
  "traveler.limit": ["The account has 20 travelers.", "Remove one that is not needed any more."],
  "traveler.missing": [
    "There is no traveler with this id among those of the account.",
    "Read the list of travelers again.",
  ],
  "traveler.unreadable": [
    "What is stored of the traveler was damaged, and does not open.",
    "Remove the traveler, and add the person anew.",
  ],
};
