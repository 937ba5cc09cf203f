import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Filters, InsightResult, Journey, Results as Page } from "../data/flights.ts";
import { leastOf } from "../data/least.ts";
import { cityNames, type Names, namesIn } from "../data/names.ts";
import { InsightBar } from "../plot/InsightBar.tsx";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { Empty, Notice } from "../ui/Notice.tsx";
import { SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import type { Money } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { FilterPanel } from "./FilterPanel.tsx";
import { isComplete, journeyAddress, noFilters, readFilters, readJourney } from "./journey.ts";
import { marksOf } from "./marks.ts";
import { OfferCard } from "./OfferCard.tsx";
import styles from "./Results.module.css";

// How the results look, by what is given alone: nothing here asks the API, so that it is drawn before the client is
// there (src/landing.tsx).

/** The results at first, from the answer to the page's question; null where the address asks none. */
export function drawResults([page]: unknown[]): ReactNode {
  const journey = readJourney(location.search);
  if (!isComplete(journey)) return null;
  const given = { journey, filters: readFilters(location.search), pages: [page as Page] };
  const best = leastOf(given.pages[0]);
  return (
    <ResultsPage>
      <Summary journey={journey} names={namesIn(given.pages)} />
      <Answer {...given} best={best} isFew insight={best ? "awaited" : null} />
    </ResultsPage>
  );
}

export const ResultsPage = ({ children }: { children: ReactNode }) => <div className={styles.page}>{children}</div>;

/** Barcelona (BCN) to London (LON): what is searched for. */
export function useRoute({ origin, destination }: Journey, names: Names): string {
  return useWords().results.title(cityNames(origin, names), cityNames(destination, names));
}

export function Summary({ journey, names, onEdit }: { journey: Journey; names: Names; onEdit?: () => void }) {
  const words = useWords();
  const format = useFormat();
  const { departureDate, returnDate, adults, childAges, infants, cabin } = journey;
  return (
    <header className={styles.summary}>
      <div>
        <h1 className={styles.route}>{useRoute(journey, names)}</h1>
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

/** Where nothing has been answered yet. */
export function Waiting() {
  const { results } = useWords();
  return (
    <>
      <p role="status" className={styles.waiting}>
        {results.waiting}
      </p>
      <Skeleton height={150} />
      <Skeleton height={112} count={5} />
    </>
  );
}

/** The offers that a phone's screen shows at first. */
const few = 4;

/**
 * The offers of `pages` with their filters. `insight` says whether the best price is good, `forecast` when it may be
 * better, `more` leads on to further pages. `isBusy` while the offers of other filters are shown, `isFew` while only a
 * first screen is wanted.
 */
export function Answer({
  journey,
  filters,
  pages,
  best,
  isFew,
  isBusy = false,
  insight,
  forecast,
  more,
  onChange = () => undefined,
}: {
  journey: Journey;
  filters: Filters;
  pages: Page[];
  best: Money | undefined;
  isFew: boolean;
  isBusy?: boolean;
  insight: InsightResult | "awaited" | null;
  forecast?: ReactNode;
  more?: ReactNode;
  onChange?: (part: Filters) => void;
}) {
  const words = useWords();
  const [first] = pages;
  const offers = pages.flatMap(({ items }) => items);
  const names = namesIn(pages);
  const hasMore = typeof pages.at(-1)?.nextCursor === "string";
  const marks = marksOf(offers, filters.sort ?? "price", hasMore);
  return (
    <>
      <section className={styles.answer}>
        {insight === "awaited" ? <Skeleton height={150} /> : insight && <InsightBar insight={insight} />}
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
            {forecast}
          </WhenOpened>
        </section>
      )}
      {first && <Age page={first} />}
      <div className={styles.columns}>
        {first && <FilterPanel filters={filters} facets={first.facets} names={names} onChange={onChange} />}
        <section aria-label={words.tabs.search} aria-busy={isBusy}>
          <div className={styles.bar}>
            <p role="status">{words.results.count(first?.count ?? 0)}</p>
            <Select
              label={words.results.sort}
              value={filters.sort ?? "price"}
              options={Object.entries(words.results.sorts)}
              onChange={(sort) => onChange({ sort: sort === "price" ? undefined : (sort as Filters["sort"]) })}
            />
          </div>
          {offers.length === 0 && <None filters={filters} onChange={onChange} />}
          <ol className={styles.offers}>
            {offers.slice(0, isFew ? few : undefined).map((offer) => (
              <li key={offer.id}>
                <OfferCard offer={offer} journey={journey} names={names} marks={marks.get(offer.id) ?? []} />
              </li>
            ))}
          </ol>
          {!isFew && more}
        </section>
      </div>
    </>
  );
}

function None({ filters, onChange }: { filters: Filters; onChange: (part: Filters) => void }) {
  const { results } = useWords();
  const isFiltered = Object.entries(filters).some(([name, value]) => name !== "sort" && value !== undefined);
  return (
    <Empty title={isFiltered ? results.noneLeft : results.none}>
      {isFiltered ? <Button onClick={() => onChange(noFilters)}>{results.clear}</Button> : <p>{results.noneHint}</p>}
    </Empty>
  );
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
