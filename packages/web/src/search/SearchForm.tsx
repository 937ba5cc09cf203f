import { lazy, Suspense, useState } from "react";
import { useLocation } from "wouter";
import { useOwnCurrency } from "../data/currency.ts";
import type { Journey } from "../data/flights.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { isComplete, journeyAddress, nightsOf } from "./journey.ts";
import { keepSearch } from "./lately.ts";
import { PartySheet } from "./PartySheet.tsx";
import { PlaceField } from "./PlaceField.tsx";
import styles from "./SearchForm.module.css";

const DatesSheet = lazy(async () => ({ default: (await import("./DatesSheet.tsx")).DatesSheet }));

/** Where, when and who. A search opens the page of its results. */
export function SearchForm({ journey: start, onSearch }: { journey: Journey; onSearch?: () => void }) {
  const words = useWords();
  const format = useFormat();
  const [, go] = useLocation();
  const [isUsed, setUsed] = useState(false);
  const own = useOwnCurrency(format.locale, isUsed);
  const [entered, setJourney] = useState(start);
  const journey = { ...entered, currency: entered.currency ?? own };
  const [sheet, setSheet] = useState<"dates" | "party" | null>(null);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Journey>) => setJourney((before) => ({ ...before, ...part }));
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin } = journey;
  const isSame = origin !== "" && origin === destination;
  const nights = nightsOf(journey);
  const placeFault = (code: string) => (tried && code === "" ? words.form.needPlace : undefined);
  return (
    <form
      className={styles.form}
      onFocus={() => setUsed(true)}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!isComplete(journey) || isSame) return;
        keepSearch(journey);
        go(journeyAddress("/search", journey));
        onSearch?.();
      }}
    >
      <PlaceField
        label={words.form.origin}
        code={origin}
        onChange={(code) => change({ origin: code })}
        error={placeFault(origin)}
      />
      <Button
        kind="quiet"
        className={styles.swap ?? ""}
        aria-label={words.form.swap}
        onClick={() => change({ origin: destination, destination: origin })}
      >
        <Icon name="swap" />
      </Button>
      <PlaceField
        label={words.form.destination}
        code={destination}
        onChange={(code) => change({ destination: code })}
        error={isSame ? words.form.samePlace : placeFault(destination)}
      />
      <Choice
        label={words.form.dates}
        error={tried && departureDate === "" ? words.form.needDate : undefined}
        onOpen={() => setSheet("dates")}
      >
        {departureDate === ""
          ? words.form.chooseDates
          : returnDate
            ? `${format.day(departureDate)} – ${format.day(returnDate)}, ${words.dates.nights(nights ?? 0)}`
            : `${format.day(departureDate)}, ${words.dates.oneWay}`}
      </Choice>
      <Choice label={words.form.who} onOpen={() => setSheet("party")}>
        {words.party({ adults, children: childAges.length, infants })}, {words.cabins[cabin]}
      </Choice>
      <Button kind="main" type="submit" className={styles.submit ?? ""}>
        {words.form.search}
      </Button>
      {sheet === "dates" && (
        <Suspense fallback={null}>
          <DatesSheet
            journey={journey}
            onClose={() => setSheet(null)}
            onChange={(departureDate, returnDate) => change({ departureDate, returnDate })}
          />
        </Suspense>
      )}
      {sheet === "party" && <PartySheet journey={journey} onChange={change} onClose={() => setSheet(null)} />}
    </form>
  );
}

function Choice({
  label,
  error,
  onOpen,
  children,
}: {
  label: string;
  error?: string | undefined;
  onOpen: () => void;
  children: React.ReactNode;
}) {
  return (
    <div className={styles.choice}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className="hidden">{label}: </span>
        {children}
      </button>
      {error && <p className={styles.error}>{error}</p>}
    </div>
  );
}
