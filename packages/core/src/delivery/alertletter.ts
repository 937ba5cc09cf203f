import type { AlertOf } from "./alerts.ts";
import type { Claimed } from "./claim.ts";
import { type Letter, letterOf } from "./layout.ts";
import { wordsIn } from "./words.ts";

/** The letter of one alert or of several, in the language of its reader. */
export function alertLetter({ language }: Claimed, alerts: AlertOf[], _at: Date, app: string): Letter {
  const words = wordsIn(language);
  const [first] = alerts;
  const subject = alerts.length === 1 && first ? words.alert.title(first) : words.alert.several(alerts.length);
  const parts = alerts.flatMap((alert) => [
    words.alert.summary(alert),
    { label: words.alert.title(alert), url: new URL(`/watches/${alert.watchId}`, app).href },
  ]);
  return letterOf(subject, parts);
}

export function testLetter({ language }: Claimed, _app: string): Letter {
  const { test } = wordsIn(language);
  return letterOf(test.title, [test.text]);
}
