import type { forecast as english } from "../en/forecast.ts";
import type { Plural } from "../format.ts";

export const forecast = (plural: Plural): ReturnType<typeof english> => ({
  said: (hundredths) => `In ${hundredths} von 100 solchen Fällen war der Preis innerhalb von 7 Tagen niedriger.`,
  silent: "Hier sagen wir nichts.",
  why: {
    departs_too_soon: () => "Die Reise beginnt innerhalb von 7 Tagen.",
    no_price: () => "Aus den letzten zwei Tagen ist kein Preis bekannt.",
    too_few_cases: (cases) =>
      `Von dieser Strecke gibt es ${plural(cases, { one: "1 früheren Fall", other: `${cases} frühere Fälle` })}; mit weniger als 200 wäre es geraten.`,
    no_better_than_base_rate: (cases) =>
      `Es gibt ${cases} frühere Fälle, aber wo ein Preis stand, sagte in den neueren nichts darüber, ob er fiel.`,
  },
  about: (days, price) => `Es geht um ${price} für ${days}.`,
  cases: (cases, base) =>
    `Aus ${cases} früheren Tagen dieser Strecke, so lange vor dem Abflug. In allen zusammen war er in ${base} von 100 niedriger; die Antwort gilt für die, in denen ein Preis so stand wie jetzt.`,
  lower: "Niedriger heißt: um 2 % oder mehr, an mindestens einem der 7 Tage danach.",
  promise: "Das zählt, was war, und verspricht nichts.",
  right: "Wie oft das stimmte",
  numbers: {
    title: "Wird es billiger?",
    means:
      "Jede Antwort wird aufgehoben und eine Woche später mit den Preisen verglichen, die kamen. Die Zahlen sind die der letzten 90 Tage, nach der Quelle der Preise.",
    score:
      "„Richtig“ ist, wie oft die wahrscheinlichere Seite genannt wurde. Der Fehler ist das mittlere Quadrat des Abstands zwischen dem, was gesagt wurde, und dem, was kam: je kleiner, desto besser, und er soll unter dem liegen, den der Mittelwert aller Fälle hätte. Bei weniger als 30 beurteilten Antworten sagen sie zu wenig und fehlen.",
    source: "Quelle",
    answered: "Antworten",
    silent: "Nichts gesagt",
    judged: "Beurteilt",
    right: "Richtig",
    error: "Fehler",
    baseError: "… des Mittels",
    few: "zu wenige",
    reasons: "Warum nichts gesagt wurde",
    reason: "Grund",
    times: "Wie oft",
    why: {
      departs_too_soon: "Beginnt innerhalb von 7 Tagen",
      no_price: "Kein bekannter Preis",
      too_few_cases: "Weniger als 200 Fälle",
      no_better_than_base_rate: "Nicht besser als der Mittelwert",
    },
    calibration: "Was gesagt wurde und was kam",
    said: "Gesagt",
    mean: "Im Mittel gesagt",
    came: "War niedriger",
    none: "Noch keine Antworten",
    noneNote: "Sie erscheinen, sobald jemand gefragt hat, ob ein Flug billiger wird.",
  },
});
