import { lazy, Suspense, useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Failed } from "../api/http.ts";
import {
  type Filters,
  type Journey,
  type Results as Page,
  prepareFlights,
  useBest,
  useFlights,
  useInsight,
} from "../data/flights.ts";
import { cityNames, namesIn } from "../data/names.ts";
import { InsightBar } from "../plot/InsightBar.tsx";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { useFirst } from "../ui/first.ts";
import { More } from "../ui/More.tsx";
import { Empty, Fault, Notice } from "../ui/Notice.tsx";
import { SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { FilterPanel } from "./FilterPanel.tsx";
import { isComplete, journeyAddress, noFilters, readFilters, readJourney } from "./journey.ts";
import { keepSearch } from "./lately.ts";
import { marksOf } from "./marks.ts";
import { OfferCard } from "./OfferCard.tsx";
import styles from "./Results.module.css";

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
    <div className={styles.page}>
      {editing ? (
        <Suspense fallback={<Skeleton height={320} />}>
          <SearchForm key={address} journey={journey} onSearch={() => setEditing(false)} />
        </Suspense>
      ) : (
        <Summary journey={journey} filters={filters} onEdit={() => setEditing(true)} />
      )}
      <Found journey={journey} filters={filters} />
    </div>
  );
}

function Summary({ journey, filters, onEdit }: { journey: Journey; filters: Filters; onEdit: () => void }) {
  const words = useWords();
  const format = useFormat();
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin } = journey;
  const names = namesIn(useFlights(journey, filters).data?.pages);
  const route = words.results.title(cityNames(origin, names), cityNames(destination, names));
  const isNamed = names.places?.[origin.slice(0, 3)] !== undefined;
  useEffect(() => {
    if (isNamed) keepSearch(journey, `${cityNames(origin, names)} – ${cityNames(destination, names)}`);
  }, [isNamed, route]);
  useTitle(route);
  return (
    <header className={styles.summary}>
      <div>
        <h1 className={styles.route}>{route}</h1>
        <p>
          {format.day(departureDate)}
          {returnDate && ` – ${format.day(returnDate)}`} ·{" "}
          {words.party({ adults, children: childAges.length, infants })} · {words.cabins[cabin]}
        </p>
      </div>
      <Button onClick={onEdit}>{words.form.edit}</Button>
    </header>
  );
}

function Found({ journey, filters }: { journey: Journey; filters: Filters }) {
  const words = useWords();
  const [, go] = useLocation();
  const flights = useFlights(journey, filters);
  const { data, error, isPending, isFetching, isPlaceholderData, refetch, hasNextPage } = flights;
  const best = useBest(journey, isPlaceholderData ? undefined : data?.pages[0]);
  const isUnsold = error instanceof Failed && error.fieldFault("currency") !== undefined;
  useEffect(() => {
    // The currency of the browser's region need not be one that fares are sold in here.
    if (isUnsold) go(journeyAddress("/search", { ...journey, currency: undefined }, filters), { replace: true });
  }, [isUnsold]);
  const change = (part: Filters) => go(journeyAddress("/search", journey, { ...filters, ...part }), { replace: true });
  const isFew = useFirst(isPending);
  useEffect(() => {
    if (!isFew) loadForm().catch(() => undefined);
  }, [isFew]);
  if (isPending)
    return (
      <>
        <p role="status" className={styles.waiting}>
          {words.results.waiting}
        </p>
        <Skeleton height={150} />
        <Skeleton height={112} count={5} />
      </>
    );
  if (error && !data) return <Fault error={error} onRetry={() => void refetch()} />;
  const pages = data?.pages ?? [];
  const first = pages[0];
  const offers = pages.flatMap(({ items }) => items);
  const names = namesIn(pages);
  const marks = marksOf(offers, filters.sort ?? "price", hasNextPage);
  const isFiltered = Object.entries(filters).some(([name, value]) => name !== "sort" && value !== undefined);
  return (
    <>
      <section className={styles.answer}>
        {best ? <Judgement journey={journey} best={best} /> : isPlaceholderData && <Skeleton height={150} />}
        <div className={styles.watch}>
          <Link
            href={journeyAddress("/watches/new", { ...journey, currency: best?.currency ?? journey.currency })}
            className={styles.watchLink}
          >
            {words.results.watch}
          </Link>
          <p>{words.results.watchNote}</p>
        </div>
      </section>
      {best && isOneRoute(journey) && (
        <section className={styles.card}>
          <WhenOpened title={words.insight.cheaper} key={journeyAddress("", journey)}>
            <Forecast of={{ journey, currency: best.currency }} />
          </WhenOpened>
        </section>
      )}
      {first && <Age page={first} />}
      <div className={styles.columns}>
        {first && <FilterPanel filters={filters} facets={first.facets} names={names} onChange={change} />}
        <section aria-label={words.tabs.search} aria-busy={isFetching && isPlaceholderData}>
          <div className={styles.bar}>
            <p role="status">{words.results.count(first?.count ?? 0)}</p>
            <Select
              label={words.results.sort}
              value={filters.sort ?? "price"}
              options={Object.entries(words.results.sorts)}
              onChange={(sort) => change({ sort: sort === "price" ? undefined : (sort as Filters["sort"]) })}
            />
          </div>
          {offers.length === 0 && (
            <Empty title={isFiltered ? words.results.noneLeft : words.results.none}>
              {isFiltered ? (
                <Button onClick={() => change(noFilters)}>{words.results.clear}</Button>
              ) : (
                <p>{words.results.noneHint}</p>
              )}
            </Empty>
          )}
          <ol className={styles.offers}>
            {offers.slice(0, isFew ? few : undefined).map((offer) => (
              <li key={offer.id}>
                <OfferCard offer={offer} journey={journey} names={names} marks={marks.get(offer.id) ?? []} />
              </li>
            ))}
          </ol>
          {!isFew && <More of={flights} />}
        </section>
      </div>
    </>
  );
}

/** The offers that a phone's screen shows at first. */
const few = 6;

function Judgement({ journey, best }: { journey: Journey; best: { amount: string; currency: string } }) {
  const { data, isPending, error } = useInsight(journey, best);
  if (isPending) return <Skeleton height={150} />;
  if (error || !data) return null;
  return <InsightBar insight={data} />;
}

/** Cases are counted for one place at each end. */
function isOneRoute({ origin, destination }: Journey): boolean {
  return !origin.includes(",") && !destination.includes(",");
}

/** How old the prices are, and what is missing in them. */
function Age({ page }: { page: Page }) {
  const words = useWords();
  const format = useFormat();
  const age = format.age(page.searchedAt);
  return (
    <div className={styles.age}>
      {page.freshness === "stale" ? (
        <Notice tone="typical">{words.results.stale(age)}</Notice>
      ) : (
        <p>{words.results.searchedAt(age)}</p>
      )}
      {page.status === "partial" && <Notice tone="typical">{words.results.partial}</Notice>}
      {page.items.some(({ simulated }) => simulated) && (
        <p>
          <SimulatedTag /> {words.simulatedNote}
        </p>
      )}
    </div>
  );
}
