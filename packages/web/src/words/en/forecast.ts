import type { Plural } from "../format.ts";

/** The texts of the forecast, and of its figures. */
export const forecast = (plural: Plural) => ({
  said: (hundredths: number) => `In ${hundredths} of 100 such cases the price was lower within 7 days.`,
  silent: "Here we say nothing.",
  why: {
    departs_too_soon: () => "The journey leaves within 7 days.",
    no_price: () => "No price of the last two days is known.",
    too_few_cases: (cases: number) =>
      `There are ${plural(cases, { one: "1 earlier case", other: `${cases} earlier cases` })} of this route; with fewer than 200 it would be a guess.`,
    no_better_than_base_rate: (cases: number) =>
      `There are ${cases} earlier cases, but where a price stood told nothing in the newer ones about whether it fell.`,
  },
  about: (days: string, price: string) => `About ${price} for ${days}.`,
  cases: (cases: number, base: number) =>
    `From ${cases} earlier days of this route, as long before departure. In all of them it was lower in ${base} of 100; the answer is of those in which a price stood as it does now.`,
  lower: "Lower means by 2 % or more, on at least one of the 7 days after.",
  promise: "It counts what was, and is no promise.",
  right: "How often this was right",
  numbers: {
    title: "Will it be cheaper?",
    means:
      "Each answer is kept and compared a week later with the prices that came. The figures are of the last 90 days, by source of prices.",
    score:
      "“Right” is how often the likelier side was named. The error is the mean square of the difference between what was said and what came: the lower the better, and it should be below that of always saying the mean of all cases. Under 30 judged answers these say too little to be shown.",
    source: "Source",
    answered: "Answers",
    silent: "Nothing said",
    judged: "Judged",
    right: "Right",
    error: "Error",
    baseError: "… of the mean",
    few: "too few",
    reasons: "Why nothing was said",
    reason: "Reason",
    times: "How often",
    why: {
      departs_too_soon: "Leaves within 7 days",
      no_price: "No known price",
      too_few_cases: "Fewer than 200 cases",
      no_better_than_base_rate: "No better than the mean",
    },
    calibration: "What was said, and what came",
    said: "Said",
    mean: "Said on average",
    came: "Was lower",
    none: "No answers yet",
    noneNote: "They appear once people have asked whether a flight will be cheaper.",
  },
});
