import { type KeyboardEvent, useMemo, useState } from "react";
import { type Journey, useGrid } from "../data/flights.ts";
import { useFormat, useWords } from "../words/words.tsx";
import day from "./DatesSheet.module.css";
import { addDays } from "./journey.ts";
import styles from "./ReturnGrid.module.css";
import { pricesOf } from "./ranks.ts";

const moves: Record<string, [across: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * What the days around a journey cost, departures across and returns down. It is asked for when it is opened, and keeps
 * its middle while other days are chosen in it.
 */
export function ReturnGrid({
  journey,
  onChange,
}: {
  journey: Journey & { returnDate: string };
  onChange: (departureDate: string, returnDate: string) => void;
}) {
  const words = useWords();
  const format = useFormat();
  const [middle, setMiddle] = useState<Journey & { returnDate: string }>();
  const shown = middle ?? journey;
  // On a phone less fits.
  const spread = matchMedia("(min-width: 48rem)").matches ? 3 : 2;
  const { data, isFetching, error } = useGrid(shown, spread, middle !== undefined);
  const keyOf = (departure: string, back: string) => `${departure} ${back}`;
  const prices = useMemo(
    () => pricesOf(data?.items ?? [], ({ departureDate, returnDate }) => keyOf(departureDate, returnDate)),
    [data],
  );
  const shifts = Array.from({ length: 2 * spread + 1 }, (_, index) => index - spread);
  const departures = shifts.map((shift) => addDays(shown.departureDate, shift));
  const returns = shifts.map((shift) => addDays(shown.returnDate, shift));
  const chosen = keyOf(journey.departureDate, journey.returnDate);
  const onKey = (event: KeyboardEvent<HTMLTableElement>) => {
    const move = moves[event.key];
    const cell = (event.target as HTMLElement).closest("td");
    if (!move || !cell) return;
    event.preventDefault();
    const row = cell.parentElement as HTMLTableRowElement;
    const next = event.currentTarget.rows[row.rowIndex + move[1]]?.cells[cell.cellIndex + move[0]];
    next?.querySelector("button")?.focus();
  };
  return (
    <details
      className={styles.grid}
      open={middle !== undefined}
      onToggle={(event) => setMiddle(event.currentTarget.open ? (middle ?? journey) : undefined)}
    >
      <summary className={styles.summary}>{words.dates.around}</summary>
      {middle && (
        <>
          <p role="status" className={day.status}>
            {error ? words.errors.unknown : isFetching ? words.dates.asking : words.dates.aroundNote}
          </p>
          <table className={styles.table} onKeyDown={onKey}>
            <caption className="hidden">{words.dates.around}</caption>
            <thead>
              <tr>
                <td />
                {departures.map((date) => (
                  <th key={date} scope="col" className={styles.head}>
                    <span>{format.weekday(date, "short")}</span> {format.shortDay(date)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {returns.map((back) => (
                <tr key={back}>
                  <th scope="row" className={styles.head}>
                    <span>{format.weekday(back, "short")}</span> {format.shortDay(back)}
                  </th>
                  {departures.map((departure) => {
                    const price = prices.get(keyOf(departure, back));
                    const isChosen = keyOf(departure, back) === chosen;
                    if (data ? !price : back < departure) return <td key={departure} />;
                    const mark =
                      price?.rank === "cheap" ? words.dates.cheap : price?.rank === "dear" ? words.dates.dear : "";
                    const said = price?.price ? format.money(price.price) : words.dates.unknown;
                    const days = `${format.day(departure)} – ${format.day(back)}`;
                    return (
                      <td key={departure}>
                        <button
                          type="button"
                          className={`${day.day} ${styles.pair} ${isChosen ? day.chosen : ""}`}
                          aria-label={[days, said, mark].filter(Boolean).join(", ")}
                          aria-pressed={isChosen}
                          tabIndex={isChosen ? 0 : -1}
                          onClick={() => onChange(departure, back)}
                        >
                          <span className={`${day.price} ${price?.rank ? day[price.rank] : ""}`}>
                            {price?.price ? format.roundMoney(price.price) : "·"}
                          </span>
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </details>
  );
}
