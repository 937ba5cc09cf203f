/** The names of cards' networks, by Stripe's word for them. */
const brands: Record<string, string> = {
  amex: "American Express",
  diners: "Diners Club",
  discover: "Discover",
  eftpos_au: "eftpos",
  jcb: "JCB",
  mastercard: "Mastercard",
  unionpay: "UnionPay",
  visa: "Visa",
};

/** Texts of cards, in British English. */
export const pay = () => ({
  title: "Cards",
  note: "Stripe keeps your cards. We know the last four digits and the expiry, and never the number.",
  none: "No cards yet",
  noneNote: "Add one, and you can book from an alert in a few steps.",
  add: "Add a card",
  full: "You have ten cards. Remove one first, to add another.",
  goOn: "Go on",
  name: (brand: string, lastFour: string) => `${brands[brand] ?? "Card"} ending in ${lastFour}`,
  ends: (month: string, year: string) => `${month}/${year}`,
  until: (end: string) => `Valid until ${end}`,
  ended: (end: string) => `Was valid until ${end}`,
  isDefault: "Default",
  expired: "Expired",
  expiredNote: "This card pays for nothing any more. Add the new one, and remove this.",
  makeDefault: "Make it the default",
  removeAsk: (name: string) => `Remove ${name}?`,
  removeNote: "We and Stripe forget it. What you have paid with it stays paid.",
  stripe: "You give the card to Stripe, our payment service. Its number never comes to us. Nothing is charged now.",
  enter: "Enter the card",
  save: "Save the card",
  another: "Try again, or another card",
  proof: "Confirm the payment",
  notLoaded: "Stripe could not be loaded. Check your connection, and whether something blocks js.stripe.com.",
});
