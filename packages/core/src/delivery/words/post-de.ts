import type { LetterWords } from "./lettershape.ts";

/** The letter to the writer of a tip or a review, about what an operator decided. */
export const postLetter: LetterWords["post_decided"] = ({ post, place, decision, reason, second }, { link }) => {
  const what = post === "tip" ? `Ihr Tipp zu ${place}` : `Ihre Bewertung zu ${place}`;
  const about = post === "tip" ? `Ihren Tipp zu ${place}` : `Ihre Bewertung zu ${place}`;
  const isHidden = decision === "hide";
  const done = isHidden ? "ausgeblendet" : "veröffentlicht";
  const it = post === "tip" ? "Er" : "Sie";
  return {
    subject: second ? `Zweite Entscheidung: ${what} ist ${done}` : `${what} ist ${done}`,
    parts: [
      second
        ? `Sie haben um eine zweite Entscheidung gebeten. ${what} wurde noch einmal gelesen und ist ${done}.`
        : isHidden
          ? `Wir haben ${about} gelesen und ausgeblendet: ${it} ist für andere nicht mehr zu sehen.`
          : `Wir haben ${about} gelesen. Jetzt ist der Text für alle zu lesen.`,
      { facts: [["Grund", reason]] },
      ...(isHidden && !second
        ? ["Halten Sie das für falsch, können Sie einmal um eine zweite Entscheidung bitten."]
        : []),
      { label: "Meine Tipps und Bewertungen", url: link("/account/posts") },
    ],
  };
};
