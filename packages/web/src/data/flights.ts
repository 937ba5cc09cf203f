import { type InfiniteData, type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Calendar from "@travel-conductor/core/calendar";
import type * as Flight from "@travel-conductor/core/flight";
import type * as Insight from "@travel-conductor/core/insight";
import type { InferOutput } from "valibot";
import { flightsQuery } from "../api/asked.ts";
import { client } from "../api/client.ts";
import { ask } from "../api/http.ts";
import { keepOf } from "./keep.ts";
import { leastOf } from "./least.ts";
import { pagesOf, usePages } from "./pages.ts";

export type Offer = InferOutput<typeof Flight.Result>["items"][number];
export type Results = InferOutput<typeof Flight.Result>;
export type Facets = Results["facets"];
export type Facet = NonNullable<Facets["refundable"]>;
export type InsightResult = InferOutput<typeof Insight.Result>;
type Month = InferOutput<typeof Calendar.Result>;
export type Days = Month["items"];
type Grid = InferOutput<typeof Calendar.GridResult>;
export type Confirmed = InferOutput<typeof Flight.Confirmed>;

/** A journey as it stands in the address of a page. */
export type Journey = {
  origin: string;
  destination: string;
  departureDate: string;
  returnDate?: string | undefined;
  adults: number;
  childAges: number[];
  infants: number;
  cabin: "economy" | "premium_economy" | "business" | "first";
  currency?: string | undefined;
};

export type Filters = {
  sort?: "price" | "duration" | "departure" | "arrival" | undefined;
  /** Of the direction with more; 2 is 2 or more. */
  stops?: number[] | undefined;
  bags?: number | undefined;
  airlines?: string[] | undefined;
  departAfter?: string | undefined;
  departBefore?: string | undefined;
  returnDepartAfter?: string | undefined;
  returnDepartBefore?: string | undefined;
  refundable?: boolean | undefined;
};

const asksFor = (journey: Journey, filters: Filters) =>
  [["flights", journey, filters] as unknown[], "/v1/flights", flightsQuery(journey, filters)] as const;

export function useFlights(journey: Journey, filters: Filters) {
  return usePages<Results>(...asksFor(journey, filters), { keepsOld: 2, staleTime: 60_000 });
}

/** Asks for the flights of the page that is opened first, and begins to compare their best price. */
export async function prepareFlights(journey: Journey, filters: Filters): Promise<void> {
  const asked = pagesOf<Results>(...asksFor(journey, filters));
  await client.prefetchInfiniteQuery(asked);
  const page = client.getQueryData<InfiniteData<Results>>(asked.queryKey)?.pages[0];
  const best = bestOf(client, journey, page);
  if (best) void client.prefetchQuery(insightOf(journey, best));
}

/**
 * The best price of a journey, whatever filters are set: that of its answer without filters, if that is here, else the
 * least that the facets of this one name. Asks nothing.
 */
export function useBest(journey: Journey, page: Results | undefined): Offer["total"] | undefined {
  return bestOf(useQueryClient(), journey, page);
}

function bestOf(queries: QueryClient, journey: Journey, page: Results | undefined) {
  const plain = queries.getQueryData<InfiniteData<Results>>(["flights", journey, {}]);
  return plain?.pages[0]?.items[0]?.total ?? leastOf(page);
}

/** Compares a price; without one nothing is asked. That of the journey's price before stays meanwhile. */
export function useInsight(journey: Journey, price: Price | undefined) {
  const asked = insightOf(journey, price);
  return useQuery({ ...asked, placeholderData: keepOf([...asked.queryKey], 2) });
}

type Price = { amount: string; currency: string };
const insightOf = (journey: Journey, price: Price | undefined) =>
  queryOptions({
    queryKey: ["insight", journey, price],
    enabled: price !== undefined,
    queryFn: ({ signal }) =>
      ask<InsightResult>("/v1/flights/insight", {
        query: { ...journey, currency: price?.currency, price: price?.amount },
        signal,
      }),
    staleTime: 5 * 60_000,
  });

/** An offer as its airline has it now; `isHeld` keeps it as it is while the page is left and come back to. */
export function useOffer(id: string, isHeld = false) {
  return useQuery({
    queryKey: ["offer", id],
    queryFn: ({ signal }) => ask<Confirmed>(`/v1/flights/offers/${encodeURIComponent(id)}`, { signal }),
    staleTime: 30_000,
    refetchOnWindowFocus: !isHeld,
    refetchOnReconnect: !isHeld,
  });
}

/** How often a month is asked for again while it has days without a known price: each request learns more of them. */
const mostRepeats = 3;

/** The seconds after which the API would know more, for as long as it is asked again. */
const again = ({
  data,
  dataUpdateCount,
}: {
  data: { pollAfter: number | null } | undefined;
  dataUpdateCount: number;
}) => (data && data.pollAfter !== null && dataUpdateCount <= mostRepeats ? data.pollAfter * 1_000 : false);

export function useMonth(
  journey: Omit<Journey, "departureDate" | "returnDate">,
  month: string,
  nights: number | null,
  isWanted = true,
) {
  const isReady = isWanted && journey.origin !== "" && journey.destination !== "";
  return useQuery({
    queryKey: ["month", journey, month, nights],
    enabled: isReady,
    queryFn: ({ signal }) => ask<Month>("/v1/flights/calendar", { query: { ...journey, month, nights }, signal }),
    refetchInterval: ({ state }) => again(state),
    staleTime: 10 * 60_000,
  });
}

/** The prices of the days around those of a journey there and back. */
export function useGrid(journey: Journey, spread: number, isWanted: boolean) {
  return useQuery({
    queryKey: ["grid", journey, spread],
    enabled: isWanted,
    queryFn: ({ signal }) => ask<Grid>("/v1/flights/calendar/grid", { query: { ...journey, spread }, signal }),
    refetchInterval: ({ state }) => again(state),
    staleTime: 10 * 60_000,
  });
}
