import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Destination from "@travel-conductor/core/destination";
import type { InferOutput } from "valibot";
import { search } from "../api/address.ts";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";
import type { Place } from "./places.ts";

export type Guide = InferOutput<typeof Destination.Guide>;
export type Costs = NonNullable<Guide["costs"]>;
export type Version = InferOutput<typeof Destination.Version>;
export type Section = InferOutput<typeof Destination.Section>;

/** Where the reader starts and how the trip is; what is left out is as the API takes it. */
export type Wanted = {
  from?: string | undefined;
  trip?: "one_way" | "return" | undefined;
  adults?: number | undefined;
  cabin?: string | undefined;
  currency?: string | undefined;
  language?: string | undefined;
};

const keyOf = (code: string, wanted: Wanted) => ["guide", code, search(wanted)];

/** A place with what the way there costs. A page that the API made brings its answer along. */
export function useGuide(code: string, wanted: Wanted) {
  const brought = broughtFor(code, wanted);
  return useQuery({
    queryKey: keyOf(code, wanted),
    queryFn: ({ signal }) => ask<Guide>(`/v1/places/${code}`, { query: wanted, signal }),
    staleTime: 600_000,
    placeholderData: (before) => (before?.place.code === code ? before : brought),
  });
}

/** The answer in the page, where it is of this place: shown until the client's own question is answered. */
function broughtFor(code: string, { language = "en" }: Wanted): Guide | undefined {
  const text = document.getElementById("guide")?.textContent;
  if (!text || language !== document.documentElement.lang) return undefined;
  try {
    const guide = JSON.parse(text) as Guide;
    return guide.place.code === code ? guide : undefined;
  } catch {
    return undefined;
  }
}

/** The places that have a guide, busiest first. */
export const useGuides = () => usePages<Page<Place>>(["guides"], "/v1/places", { limit: 50 });

const versionsOf = (code: string) => ["operator", "guide", code];

/** For operators: what was written about a place, newest first. */
export function useVersions(code: string) {
  return useQuery({
    queryKey: versionsOf(code),
    queryFn: ({ signal }) => ask<{ items: Version[] }>(`/v1/admin/guides/${code}/versions`, { signal }),
  });
}

type Content = { title: string; source: string; checkedOn: string };
type Act =
  | { act: "write"; body: Content & { section: Section; language: "en" | "de" } }
  | { act: "change"; id: string; body: Content & { revision: number } }
  | { act: "publish"; id: string; body: { revision: number } }
  | { act: "withdraw" | "discard"; id: string };

/** Changes what is written about a place. */
export function useWriting(code: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: Act): Promise<Version | undefined> => {
      if (act.act === "write") return ask(`/v1/admin/guides/${code}/versions`, { method: "POST", body: act.body });
      const path = `/v1/admin/guide-versions/${act.id}`;
      if (act.act === "change") return ask(path, { method: "PATCH", body: act.body });
      if (act.act === "publish") return ask(`${path}/publish`, { method: "POST", body: act.body });
      return act.act === "withdraw" ? ask(`${path}/withdraw`, { method: "POST" }) : ask(path, { method: "DELETE" });
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: versionsOf(code) }),
        queries.invalidateQueries({ queryKey: ["guide", code] }),
      ]),
  });
}

/** What a text looks like. */
export function usePreview(code: string) {
  return useMutation({
    mutationFn: (source: string) =>
      ask<{ blocks: Guide["guide"][number]["blocks"] }>(`/v1/admin/guides/${code}/preview`, {
        method: "POST",
        body: { source },
      }),
  });
}
