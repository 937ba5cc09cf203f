import type { pay as english } from "../en/pay.ts";

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

/** The German texts of cards. */
export const pay = (): ReturnType<typeof english> => ({
  title: "Karten",
  note: "Stripe bewahrt Ihre Karten. Wir kennen die letzten vier Ziffern und das Ablaufdatum, nie die Nummer.",
  none: "Noch keine Karten",
  noneNote: "Fügen Sie eine hinzu, dann buchen Sie aus einer Meldung in wenigen Schritten.",
  add: "Karte hinzufügen",
  full: "Sie haben zehn Karten. Entfernen Sie zuerst eine, um eine andere hinzuzufügen.",
  goOn: "Weiter",
  name: (brand, lastFour) => `${brands[brand] ?? "Karte"} mit Endziffern ${lastFour}`,
  ends: (month, year) => `${month}/${year}`,
  until: (end) => `Gültig bis ${end}`,
  ended: (end) => `War gültig bis ${end}`,
  isDefault: "Standard",
  expired: "Abgelaufen",
  expiredNote: "Mit dieser Karte kann nicht mehr bezahlt werden. Fügen Sie die neue hinzu, und entfernen Sie diese.",
  makeDefault: "Zum Standard machen",
  removeAsk: (name) => `${name} entfernen?`,
  removeNote: "Wir und Stripe vergessen sie. Was Sie damit bezahlt haben, bleibt bezahlt.",
  stripe:
    "Sie geben die Karte Stripe, unserem Zahlungsdienst. Ihre Nummer kommt nie zu uns. Jetzt wird nichts abgebucht.",
  enter: "Karte eingeben",
  save: "Karte speichern",
  another: "Noch einmal, oder eine andere Karte",
  proof: "Zahlung bestätigen",
  notLoaded: "Stripe konnte nicht geladen werden. Prüfen Sie die Verbindung, und ob etwas js.stripe.com sperrt.",
});
