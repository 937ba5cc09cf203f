import type { Context, TypedResponse } from "hono";

/** The JSON of values that have been sent before. A page of a stored answer is the same objects as long as it is stored. */
const texts = new WeakMap<object, string>();

/**
 * The JSON of `{ ...rest, items }`. Each object in it is written once for all requests that send the same one: on a
 * search that is stored, writing thirty offers again would be most of the work (`npm run bench:search`).
 */
export function pageJson({ items, ...rest }: { items: object }): string {
  const fields = Object.entries({ ...rest, items }).map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`);
  return `{${fields.join(",")}}`;
}

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const text = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** As `c.json`, by `pageJson`. */
export function sendPage<Page extends { items: object }>(c: Context, page: Page): TypedResponse<Page, 200, "json"> {
  return c.body(pageJson(page), 200, { "content-type": "application/json" }) as never;
}
