import { escapeHtml, oneLine } from "../base/html.ts";

/** A letter: the same words as plain text and as HTML (`withStyles` makes it whole), and further headers. */
export type Letter = { subject: string; text: string; html: string; headers?: Record<string, string> };

export type Link = { label: string; url: string };

/**
 * A part of a letter: a paragraph, a link on a line of its own (`isMain`: drawn as a button), a heading, labels with what
 * they say, a list, or a chart. Texts are plain: they are escaped here, and signs that change the direction of reading
 * or end a line are left out.
 */
export type Part = string | (Link & { isMain?: true }) | Heading | Facts | List | Chart;
type Heading = { heading: string; level: 2 | 3 };
type Facts = { facts: [label: string, text: string][] };
type List = { list: string[] };
/** A bar chart: for each bar its label, its value in words, and its length from 0 to 1. */
export type Chart = { caption: string; bars: Bar[] };
export type Bar = { label: string; value: string; length: number };

/** A letter of these parts, with our name at the end; `language` is BCP 47. */
export function letterOf(subject: string, parts: Part[], language = "en", headers?: Record<string, string>): Letter {
  const title = oneLine(subject);
  const all = [...parts, "Travel Conductor"];
  return {
    subject: title,
    text: `${all.map(asText).join("\n\n")}\n`,
    html: page(title, all.map(asHtml).join("\n    "), language),
    ...(headers && { headers }),
  };
}

function asText(part: Part): string {
  if (typeof part === "string") return oneLine(part);
  if ("url" in part) return `${oneLine(part.label)}:\n${part.url}`;
  if ("heading" in part) return `${part.level === 2 ? "== " : "-- "}${oneLine(part.heading)}`;
  if ("facts" in part) return part.facts.map(([label, text]) => `${oneLine(label)}: ${oneLine(text)}`).join("\n");
  if ("list" in part) return part.list.map((item) => `* ${oneLine(item)}`).join("\n");
  const widest = (of: (bar: Bar) => string) => Math.max(...part.bars.map((bar) => oneLine(of(bar)).length));
  const [labels, values] = [widest(({ label }) => label), widest(({ value }) => value)];
  const rows = part.bars.map(
    ({ label, value, length }) =>
      `${oneLine(label).padEnd(labels)}  ${oneLine(value).padStart(values)}  ${drawn(length)}`,
  );
  return [oneLine(part.caption), ...rows].join("\n");
}

function asHtml(part: Part): string {
  if (typeof part === "string") return `<p>${escapeHtml(part)}</p>`;
  if ("url" in part)
    return `<p${part.isMain ? ' class="main"' : ""}><a href="${escapeHtml(part.url)}">${escapeHtml(part.label)}</a></p>`;
  if ("heading" in part) return `<h${part.level}>${escapeHtml(part.heading)}</h${part.level}>`;
  if ("facts" in part) {
    const rows = part.facts.map(([label, text]) => `\n<tr align=left><th>${escapeHtml(label)}<td>${escapeHtml(text)}`);
    return `<table class="facts">${rows.join("")}</table>`;
  }
  if ("list" in part) return `<ul>${part.list.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
  const rows = part.bars.map(
    ({ label, value, length }) =>
      // The end tags of cells and rows may be left out: a digest stays short enough that no mail program cuts it.
      `\n<tr><th>${escapeHtml(label)}<td>${escapeHtml(value)}<td aria-hidden=true>${drawn(length)}`,
  );
  return `<table class="chart"><caption align="left">${escapeHtml(part.caption)}</caption>${rows.join("")}</table>`;
}

/** The longest bar, in characters. */
const longest = 12;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of characters, which needs neither images nor styles, and has the colour of the text around it. */
function drawn(length: number): string {
  const parts = Math.max(1, Math.round(Math.min(1, length) * longest * 8));
  return "█".repeat(parts >> 3) + eighths[parts % 8];
}

const styles = (css: string) => `<style>${css}</style>`;

/** The HTML of a letter with its styles, as it is sent: kept in each letter that waits, they would be half of it. */
export function withStyles(html: string): string {
  return html.replace(styles(""), styles(style));
}

/**
 * No images, no scripts, nothing remote. Its few styles name no colour but that of bars, so that light and dark are the
 * reader's own; without them it reads the same.
 */
function page(title: string, body: string, language: string): string {
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>${escapeHtml(title)}</title>
    ${styles("")}
  </head>
  <body>
    <h1>${escapeHtml(title)}</h1>
    ${body}
  </body>
</html>
`;
}

const style = [
  ":root{color-scheme:light dark}",
  "body{margin:0 auto;padding:16px;max-width:38em;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}",
  "h1{font-size:1.4em;line-height:1.25;margin:.5em 0;overflow-wrap:break-word}",
  "h2{font-size:1.2em;line-height:1.25;margin:2em 0 .5em;padding-top:1em;border-top:1px solid}",
  "h3{font-size:1em;margin:1.25em 0 .25em}",
  "p,ul{margin:.75em 0}",
  "ul{padding-left:1.25em}",
  "table{border-collapse:collapse;margin:1em 0}",
  "caption{text-align:left;font-weight:600;padding-bottom:.25em}",
  ".facts th,.facts td{padding:.2em 1em .2em 0;text-align:left;vertical-align:top}",
  ".chart{font-size:.875em;line-height:1.35}",
  ".chart th,.chart td{text-align:left;padding:0 .75em 0 0;font-weight:400;white-space:nowrap;vertical-align:middle}",
  ".chart td+td{color:#3b7dd8;font-size:.75em;padding:0}",
  ".main a{display:inline-block;padding:.6em 1.1em;border:2px solid;border-radius:.4em;font-weight:600;text-decoration:none}",
].join("");
