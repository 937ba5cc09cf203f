import type { LetterWords } from "./lettershape.ts";

/** The letter to a person whose data was moved in from the application before. */
export const movedLetter: LetterWords["moved"] = ({ token, expiresAt, ...counts }, { link, moment }) => ({
  subject: "Your account has moved to Travel Conductor",
  parts: [
    "The travel site that you had an account with has been replaced by Travel Conductor, and your account is here now.",
    list(counts),
    "Please confirm that this is your e-mail address: before that, no message about a price is sent here.",
    { label: "Confirm this address", url: link(`/verify#token=${token}`) },
    `The link works once, until ${moment(expiresAt)}. Then sign in with your old password. If it does not open your account, ask for a new one on the page for signing in.`,
    { label: "What moved, and what did not", url: link("/moved") },
    "If you do not want the account, sign in and delete it. You get this letter once.",
  ],
});

const list = ({ watches, bookings, travelers, searches }: Record<string, number>) => {
  const parts = [
    some(watches, "watch", "watches"),
    some(bookings, "booking", "bookings"),
    some(travelers, "traveler", "travelers"),
    some(searches, "search", "searches"),
  ].flat();
  if (parts.length === 0) return "Your name and your preferences came with it.";
  return `These came with it: ${parts.join(", ")}.`;
};

const some = (count = 0, one: string, more: string) => (count === 0 ? [] : [`${count} ${count === 1 ? one : more}`]);
