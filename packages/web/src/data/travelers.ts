import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/traveler";
import type { InferInput, InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import type { Page } from "./pages.ts";
import { askProven } from "./proof.ts";

export type Traveler = InferOutput<typeof Core.Info>;
export type TravelDocument = InferOutput<typeof Core.DocumentInfo>;
export type NewTraveler = InferInput<typeof Core.Create>;
export type TravelerChange = InferInput<typeof Core.Update>;
export type NewDocument = InferInput<typeof Core.AddDocument>;
export type Zoned = InferOutput<typeof Core.Zoned>;

const path = "/v1/travelers";

/**
 * All of a person's travelers, of whom there are at most 20, and the ids of those that do not open. Documents are judged
 * for a journey that ends on `journeyEnds`, or today.
 */
export const useTravelers = (journeyEnds?: string) =>
  useQuery({
    queryKey: ["travelers", journeyEnds],
    queryFn: ({ signal }) =>
      ask<Page<Traveler> & { unreadable: string[] }>(path, { query: { limit: 25, journeyEnds }, signal }),
  });

function useTravelerChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: ["travelers"] }),
  });
}

export const useAddTraveler = () =>
  useTravelerChange((body: NewTraveler) => askProven<Traveler>(path, { method: "POST", body }));

export const useChangeTraveler = (id: string) =>
  useTravelerChange((body: TravelerChange) => askProven<Traveler>(`${path}/${id}`, { method: "PATCH", body }));

export const useRemoveTravelers = () =>
  useTravelerChange(async (ids: string[]) => {
    for (const id of ids) await askProven<void>(`${path}/${id}`, { method: "DELETE" });
  });

/** What the lines at the foot of a document say; nothing of it is stored. */
export const useReadZone = () =>
  useMutation({ mutationFn: (mrz: string) => askProven<Zoned>(`${path}/read`, { method: "POST", body: { mrz } }) });

export const useAddDocument = (id: string) =>
  useTravelerChange((body: NewDocument) =>
    askProven<TravelDocument>(`${path}/${id}/documents`, { method: "POST", body }),
  );

export const useRemoveDocument = (id: string, document: string) =>
  useTravelerChange(() => askProven<void>(`${path}/${id}/documents/${document}`, { method: "DELETE" }));
