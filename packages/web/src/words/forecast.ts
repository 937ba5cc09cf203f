import { forecast as english } from "./en/forecast.ts";
import { lateWords } from "./late.ts";

type ForecastTexts = ReturnType<typeof english>;

/** The texts of the forecast, loaded when it is opened. */
export const useForecastTexts = lateWords<ForecastTexts>(english, {
  de: async () => (await import("./de/forecast.ts")).forecast,
});
