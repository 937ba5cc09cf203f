import type { LetterWords } from "./lettershape.ts";

/** The letter to the writer of a tip or a review, about what an operator decided. */
export const postLetter: LetterWords["post_decided"] = ({ post, place, decision, reason, second }, { link }) => {
  const what = `your ${post} about ${place}`;
  const isHidden = decision === "hide";
  const done = isHidden ? "hidden" : "published";
  return {
    subject: second ? `The second decision: ${what} is ${done}` : `${capital(what)} is ${done}`,
    parts: [
      second
        ? `You asked for a second decision about ${what}. It was read once more: it is ${done}.`
        : isHidden
          ? `An operator read ${what} and hid it: nobody else sees it now.`
          : `An operator read ${what}, and everybody can read it now.`,
      { facts: [["Reason", reason]] },
      ...(isHidden && !second ? ["If you think that this is wrong, you can ask once for a second decision."] : []),
      { label: "My tips and reviews", url: link("/account/posts") },
    ],
  };
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
