import type { Found, FoundItem } from "../data/find.ts";
import { findAddress } from "./address.ts";

/** A line that can be chosen. `item` is null for what is no result: a correction, flights, all results. */
export type Option =
  | { kind: "item"; address: string; item: FoundItem }
  | { kind: "flights"; address: string; item: FoundItem }
  | { kind: "instead" | "all"; address: string; text: string };

export type Group = { name: "places" | "texts" | "mine" | null; options: Option[] };

/** What can be chosen for a text, in the order of the arrows. Groups without a name have no heading. */
export function optionsOf({ places, texts, mine, didYouMean }: Found, text: string): Group[] {
  const [first] = places;
  const flights: Option[] = first
    ? [{ kind: "flights", address: `/?destination=${encodeURIComponent(first.id)}`, item: first }]
    : [];
  const toOption = (item: FoundItem): Option => ({ kind: "item", address: item.path, item });
  const groups: Group[] = [
    {
      name: null,
      options: didYouMean ? [{ kind: "instead", address: findAddress(didYouMean), text: didYouMean }] : [],
    },
    { name: "mine", options: mine.map(toOption) },
    { name: "places", options: [...places.map(toOption), ...flights] },
    { name: "texts", options: texts.map(toOption) },
    { name: null, options: [{ kind: "all", address: findAddress(text), text }] },
  ];
  return groups.filter(({ options }) => options.length > 0);
}
