import { useQuery } from "@tanstack/react-query";
import type * as Help from "@travel-conductor/core/help";
import type * as Search from "@travel-conductor/core/search";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { useFormat } from "../words/words.tsx";

export type Found = InferOutput<typeof Search.Result>;
export type FoundItem = InferOutput<typeof Search.Item>;
export type HelpPage = InferOutput<typeof Help.Info>;
export type ListedPage = InferOutput<typeof Help.Listed>;

const useLanguage = () => new Intl.Locale(useFormat().locale).language.slice(0, 2);

/** Everything that a text finds, at most `limit` of each group. */
export function useFound(text: string, limit: number) {
  const language = useLanguage();
  const q = text.trim().slice(0, 200);
  return useQuery({
    queryKey: ["found", q, limit, language],
    enabled: q !== "",
    queryFn: ({ signal }) => ask<Found>("/v1/search", { query: { q, limit, language }, signal }),
  });
}

export function useHelpPages() {
  const language = useLanguage();
  return useQuery({
    queryKey: ["help", language],
    queryFn: ({ signal }) => ask<{ items: ListedPage[] }>("/v1/help", { query: { language }, signal }),
    staleTime: 3_600_000,
  });
}

export function useHelpPage(name: string) {
  const language = useLanguage();
  return useQuery({
    queryKey: ["help", language, name],
    queryFn: ({ signal }) => ask<HelpPage>(`/v1/help/${encodeURIComponent(name)}`, { query: { language }, signal }),
    staleTime: 3_600_000,
  });
}
