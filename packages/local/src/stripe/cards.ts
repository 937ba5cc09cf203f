/**
 * How a test card behaves (https://docs.stripe.com/testing). `setup` and `charge`: it is declined with this code and
 * decline code, when it is set up or charged. `asks`: it asks for 3-D Secure when it is set up, or at every charge too.
 * `refund`: a refund is pending for a while, or fails after it had succeeded.
 */
export type Behaviour = {
  brand: string;
  setup?: Decline;
  charge?: Decline;
  asks?: "setup" | "always";
  refund?: "pending" | "fails";
};
export type Decline = readonly [code: string, declineCode?: string];

const generic = ["card_declined", "generic_decline"] as const;
const funds = ["card_declined", "insufficient_funds"] as const;

/** Numbers of Stripe's test cards. Any other number is declined as one that is no test card. */
export const cards: Record<string, Behaviour> = {
  "4242424242424242": { brand: "visa" },
  "4000056655665556": { brand: "visa" },
  "5555555555554444": { brand: "mastercard" },
  "378282246310005": { brand: "amex" },
  "4000000000000002": { brand: "visa", setup: generic },
  "4000000000009995": { brand: "visa", setup: funds },
  "4000000000009987": { brand: "visa", setup: ["card_declined", "lost_card"] },
  "4000000000000069": { brand: "visa", setup: ["expired_card"] },
  "4000000000000127": { brand: "visa", setup: ["incorrect_cvc"] },
  "4000000000000119": { brand: "visa", setup: ["processing_error"] },
  "4000000000000341": { brand: "visa", charge: generic },
  "4000002500003155": { brand: "visa", asks: "setup" },
  "4000002760003184": { brand: "visa", asks: "always" },
  "4000008260003178": { brand: "visa", asks: "always", charge: funds },
  "4000000000007726": { brand: "visa", refund: "pending" },
  "4000000000005126": { brand: "visa", refund: "fails" },
};
