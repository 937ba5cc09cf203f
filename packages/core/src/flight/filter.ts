import * as v from "valibot";
import * as Page from "../page.ts";
import { type Info, path } from "./offer.ts";

/** What people want to see of the offers there are, in which order, and how many at once. It never changes what a provider is asked. */
export const entries = { ...Page.Page.entries };

const shape = v.strictObject(entries);
export type Filter = v.InferOutput<typeof shape>;

/** The part of `items` that is wanted. A page goes on after the offer its cursor names, wherever that stands by then. */
export function select(items: Info[], { limit, cursor }: Filter): { items: Info[]; nextCursor: string | null } {
  const last = Page.after(cursor, /^[\w -]+$/);
  const start = last === null ? 0 : items.findIndex(({ slices }) => path(slices) === last) + 1;
  return Page.cut(items.slice(start, start + limit + 1), limit, ({ slices }) => path(slices));
}
