import { xmlText } from "../../base/feedtext.ts";
import type { AlertOf } from "../alerts.ts";
import { wordsIn } from "../words.ts";
import type { FeedChannel } from "./shape.ts";
import { feedWordsIn } from "./words.ts";

/** Ids that stay the same wherever the client is (RFC 4287, 4.2.6). */
const idOf = (id: string) => `urn:x-travel-conductor:${id}`;

/** An Atom feed of these alerts, newest first. Each title and summary is text: a reader shows it as it is. */
export function atom(
  { id, name, language, createdAt }: FeedChannel,
  alerts: AlertOf[],
  self: string,
  app: string,
): string {
  const words = wordsIn(language);
  const entries = alerts.map((alert) => {
    const link = new URL(`/watches/${alert.watchId}`, app).href;
    return `  <entry>
    <id>${xmlText(idOf(alert.id))}</id>
    <title type="text">${xmlText(words.alert.title(alert))}</title>
    <summary type="text">${xmlText(words.alert.summary(alert))}</summary>
    <link rel="alternate" href="${xmlText(link)}"/>
    <published>${alert.at}</published>
    <updated>${alert.at}</updated>
  </entry>\n`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xmlText(words.locale)}">
  <id>${xmlText(idOf(id))}</id>
  <title type="text">${xmlText(name ?? feedWordsIn(words.locale).alerts)}</title>
  <updated>${alerts[0]?.at ?? createdAt}</updated>
  <author><name>Travel Conductor</name></author>
  <link rel="self" type="application/atom+xml" href="${xmlText(new URL(self, app).href)}"/>
  <link rel="alternate" type="text/html" href="${xmlText(new URL("/alerts", app).href)}"/>
${entries.join("")}</feed>\n`;
}
