import { type History, layOut, type Plot, type Size } from "./layout.ts";

const titleHeight = 30;
const captionHeight = 26;

/** Colours as variables with a default for both themes, so that a page can set its own. */
const styles = `
svg{color-scheme:light dark;font:13px system-ui,sans-serif;--ink:#191b20;--muted:#555862;--surface:#fff;--sunken:#ecece6;--edge:#7f8088;--line:#dadad2;--low:#0b6b40;--accent:#3245c2}
@media(prefers-color-scheme:dark){svg{--ink:#eceef2;--muted:#a9afba;--surface:#1a1c21;--sunken:#24272d;--edge:#7f858f;--line:#343840;--low:#79d5a0;--accent:#a5b3ff}}
.paper{fill:var(--surface)}.title{fill:var(--ink);font-weight:650;font-size:15px}.label,.caption{fill:var(--muted)}
.grid{stroke:var(--line)}.usual{fill:var(--sunken)}.edge{stroke:var(--edge)}.span{fill:var(--edge);opacity:.5}
.dot{fill:var(--ink)}.price{fill:none;stroke:var(--ink);stroke-width:1.75}.target{stroke:var(--low);stroke-dasharray:6 4}.aim{fill:var(--low)}
.alert{fill:var(--accent);stroke:var(--accent);stroke-width:1.5}.would{fill:none}.ghost{stroke:var(--muted);stroke-width:1.5}
.change{stroke:var(--muted);stroke-dasharray:1 4}`.trim();

/**
 * A picture of histories, one below the other, as the text of an SVG file. It needs nothing beside itself, and is light
 * or dark as its reader prefers.
 */
export function picture(histories: History[], { width, height, locale }: Size = { width: 760, height: 300 }): string {
  const each = titleHeight + height + captionHeight;
  const parts = histories.map((history, index) => {
    const plot = layOut(history, { width, height, ...(locale === undefined ? {} : { locale }) });
    return `<g transform="translate(0 ${index * each})" role="img" aria-label="${escaped(`${history.title}. ${caption(history, plot)}`)}">
<text class="title" x="10" y="21">${escaped(history.title)}</text>
<g transform="translate(0 ${titleHeight})">${shapes(plot)}</g>
<text class="caption" x="10" y="${titleHeight + height + 14}">${escaped(caption(history, plot))}</text></g>`;
  });
  const all = histories.length * each;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}">
<style>${styles}</style>
<rect class="paper" width="${width}" height="${all}"/>
${parts.join("\n")}
</svg>
`;
}

function shapes({ area, x, y, line, dots, spans, usual, target, alerts, ghosts, changes }: Plot): string {
  const { left, top, right, bottom } = area;
  const across = (kind: string, at: number) => `<path class="${kind}" d="M${left} ${at}H${right}"/>`;
  return [
    ...(usual
      ? [
          `<rect class="usual" x="${left}" y="${usual.y}" width="${right - left}" height="${usual.height}"/>`,
          across("edge", usual.y),
          across("edge", usual.y + usual.height),
        ]
      : []),
    ...y.flatMap(({ y, label }) => [
      across("grid", y),
      `<text class="label" x="${right + 6}" y="${y + 4}">${escaped(label)}</text>`,
    ]),
    ...x.map(({ x, label }) => `<text class="label" x="${x}" y="${bottom + 18}">${escaped(label)}</text>`),
    ...changes.map((x) => `<path class="change" d="M${x} ${top}V${bottom}"/>`),
    ...spans.map(
      ({ x, y, width, height }) => `<rect class="span" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    ),
    ...(line ? [`<path class="price" d="${line}"/>`] : []),
    ...dots.map(({ x, y }) => `<circle class="dot" cx="${x}" cy="${y}" r="2.5"/>`),
    ...(target
      ? [
          across("target", target.y),
          `<text class="aim" x="${left + 4}" y="${target.y - 4}">${escaped(target.label)}</text>`,
        ]
      : []),
    ...ghosts.map(({ x, y }) => `<path class="ghost" d="M${x - 3} ${y - 3}l6 6m0-6l-6 6"/>`),
    ...alerts.map(
      ({ x, y, kind }) =>
        `<path class="alert${kind === "would" ? " would" : ""}" d="M${x} ${y + 3}l5 8h-10z"><title>${kind === "would" ? "would have alerted" : "alert"}</title></path>`,
    ),
  ].join("\n");
}

/** Sums a plot up in a sentence. */
export function caption({ checks, alerts, currency, decimals }: History, { part }: Pick<Plot, "part">): string {
  const prices = checks.flatMap(({ price, ghost }) => (price === null || ghost ? [] : [price]));
  if (prices.length === 0) return `${count(checks.length, "check")}, none with a price.`;
  const amount = (minor: number) => `${currency} ${(minor / 10 ** decimals).toFixed(decimals)}`;
  const least = prices.reduce((one, other) => Math.min(one, other));
  const most = prices.reduce((one, other) => Math.max(one, other));
  const days = part / 86_400_000;
  const time = days === 1 ? "each day" : days > 1 ? `every ${days} days` : `every ${count(part / 3_600_000, "hour")}`;
  const thinned = part === 0 ? "" : ` The line is the lowest of ${time}.`;
  return `${count(checks.length, "check")}, ${amount(least)} to ${amount(most)}, ${count(alerts.length, "alert")}.${thinned}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign] as string);
