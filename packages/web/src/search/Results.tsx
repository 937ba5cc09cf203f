import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { Failed } from "../api/http.ts";
import { type Filters, type Journey, prepareFlights, useBest, useFlights, useInsight } from "../data/flights.ts";
import { cityNames, namesIn } from "../data/names.ts";
import { useFirst } from "../ui/first.ts";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { isComplete, journeyAddress, readFilters, readJourney } from "./journey.ts";
import { keepSearch } from "./lately.ts";
import { Answer, ResultsPage, Summary, useRoute, Waiting } from "./ResultsView.tsx";

/** Loaded beside what is below a phone's first screen. */
const loadForm = async () => ({ default: (await import("./SearchForm.tsx")).SearchForm });
const SearchForm = lazy(loadForm);
const Forecast = lazy(async () => ({ default: (await import("../forecast/Forecast.tsx")).Forecast }));

/** Asks for what the page shows, where it is opened first. */
export async function prepare(): Promise<void> {
  const journey = readJourney(location.search);
  if (isComplete(journey)) await prepareFlights(journey, readFilters(location.search));
}

export function Results() {
  const address = useSearch();
  const journey = readJourney(address);
  const filters = readFilters(address);
  const [editing, setEditing] = useState(false);
  if (!isComplete(journey)) return <SearchForm journey={journey} />;
  return (
    <ResultsPage>
      {editing ? (
        <Suspense fallback={<Skeleton height={320} />}>
          <SearchForm key={address} journey={journey} onSearch={() => setEditing(false)} />
        </Suspense>
      ) : (
        <Asked journey={journey} filters={filters} onEdit={() => setEditing(true)} />
      )}
      <Found journey={journey} filters={filters} />
    </ResultsPage>
  );
}

type Of = { journey: Journey; filters: Filters };

/** What is searched for. It names the page, and is kept among the latest searches. */
function Asked({ journey, filters, onEdit }: Of & { onEdit: () => void }) {
  const { origin, destination } = journey;
  const names = namesIn(useFlights(journey, filters).data?.pages);
  const route = useRoute(journey, names);
  const isNamed = names.places?.[origin.slice(0, 3)] !== undefined;
  useEffect(() => {
    if (isNamed) keepSearch(journey, `${cityNames(origin, names)} – ${cityNames(destination, names)}`);
  }, [isNamed, route]);
  useTitle(route);
  return <Summary journey={journey} names={names} onEdit={onEdit} />;
}

function Found({ journey, filters }: Of) {
  const [, go] = useLocation();
  const flights = useFlights(journey, filters);
  const { data, error, isPending, isFetching, isPlaceholderData, refetch } = flights;
  const best = useBest(journey, isPlaceholderData ? undefined : data?.pages[0]);
  const insight = useInsight(journey, best);
  const isAwaited = best ? insight.isLoading : isPlaceholderData;
  const isUnsold = error instanceof Failed && error.fieldFault("currency") !== undefined;
  useEffect(() => {
    // The currency of the browser's region need not be one that fares are sold in here.
    if (isUnsold) go(journeyAddress("/search", { ...journey, currency: undefined }, filters), { replace: true });
  }, [isUnsold]);
  const isFew = useFirst(isPending);
  useEffect(() => {
    if (!isFew) loadForm().catch(() => undefined);
  }, [isFew]);
  if (isPending) return <Waiting />;
  if (error && !data) return <Fault error={error} onRetry={() => void refetch()} />;
  return (
    <Answer
      journey={journey}
      filters={filters}
      pages={data?.pages ?? []}
      best={best}
      isFew={isFew}
      isBusy={isFetching && isPlaceholderData}
      insight={(best && insight.data) ?? (isAwaited ? "awaited" : null)}
      forecast={best && <Forecast of={{ journey, currency: best.currency }} />}
      more={<More of={flights} />}
      onChange={(part) => go(journeyAddress("/search", journey, { ...filters, ...part }), { replace: true })}
    />
  );
}
