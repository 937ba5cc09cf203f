import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type DayButtonProps, DayPicker } from "react-day-picker";
import { type Journey, useMonth } from "../data/flights.ts";
import { Button } from "../ui/Button.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./DatesSheet.module.css";
import { addDays, nightsOf } from "./journey.ts";
import { ReturnGrid } from "./ReturnGrid.tsx";
import { type DayPrice, pricesOf } from "./ranks.ts";

const stays = [null, 3, 7, 14];

/** The calendar's days are local midnights: they are compared by year, month and day alone. */
const toDay = (date: Date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
const toDate = (day: string) =>
  new Date(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));

/** The days with what each costs. A length of stay is chosen first, then the day of departure. */
export function DatesSheet({
  journey,
  onChange,
  onClose,
}: {
  journey: Journey;
  onChange: (departureDate: string, returnDate: string | undefined) => void;
  onClose: () => void;
}) {
  const words = useWords();
  const format = useFormat();
  const chosen = journey.departureDate;
  const [nights, setNights] = useState(nightsOf(journey));
  const [month, setMonth] = useState(() => (chosen === "" ? toDay(new Date()) : chosen).slice(0, 7));
  const { departureDate: _, returnDate: __, ...route } = journey;
  const months = useMonth(route, month, nights);
  // Two months stand side by side on a desk.
  const count = matchMedia("(min-width: 48rem)").matches ? 2 : 1;
  const next = useMonth(route, addDays(`${month}-28`, 7).slice(0, 7), nights, count === 2);
  const error = months.error ?? next.error;
  const prices = useMemo(
    () => pricesOf([...(months.data?.items ?? []), ...(next.data?.items ?? [])], ({ date }) => date),
    [months.data, next.data],
  );
  // Made once: the calendar draws all its days again for a function that it has not seen.
  const texts = useMemo(() => textsOf(words.dates, format), [words, format]);
  const known = [...prices.values()].filter((day) => day.known).length;
  const price = prices.get(chosen)?.price;
  const choose = (day: string, stay: number | null) => onChange(day, stay === null ? undefined : addDays(day, stay));
  const lengths = stays.includes(nights) ? stays : [...stays, nights];
  return (
    <Sheet
      title={words.dates.title}
      onClose={onClose}
      foot={
        <>
          <span>
            {chosen === ""
              ? words.form.needDate
              : [format.day(chosen), journey.returnDate && format.day(journey.returnDate)].filter(Boolean).join(" – ")}
            {price && `, ${format.money(price)}`}
          </span>
          <Button kind="main" onClick={onClose}>
            {words.dates.done}
          </Button>
        </>
      }
    >
      <fieldset className={styles.stays}>
        <legend className="hidden">{words.dates.length}</legend>
        {lengths.map((stay) => (
          <label key={stay ?? "one way"} className={styles.stay}>
            <input
              type="radio"
              name="stay"
              checked={stay === nights}
              onChange={() => {
                setNights(stay);
                if (chosen !== "") choose(chosen, stay);
              }}
            />
            <span>{stay === null ? words.dates.oneWay : words.dates.nights(stay)}</span>
          </label>
        ))}
      </fieldset>
      <Prices.Provider value={prices}>
        <DayPicker
          mode="single"
          required
          autoFocus
          className={styles.calendar ?? ""}
          classNames={classNames}
          month={toDate(`${month}-01`)}
          numberOfMonths={count}
          onMonthChange={(shown) => setMonth(toDay(shown).slice(0, 7))}
          startMonth={new Date()}
          endMonth={toDate(addDays(toDay(new Date()), 330))}
          disabled={{ before: new Date() }}
          selected={chosen === "" ? undefined : toDate(chosen)}
          onSelect={(date: Date | undefined) => date && choose(toDay(date), nights)}
          weekStartsOn={firstDayOf(format.locale)}
          formatters={texts.formatters}
          labels={texts.labels}
          components={components}
        />
      </Prices.Provider>
      <p role="status" className={styles.status}>
        {error
          ? (words.errors.codes[(error as { code?: string }).code ?? ""] ?? words.errors.unknown)
          : months.isFetching || next.isFetching
            ? words.dates.asking
            : prices.size > 0
              ? words.dates.known(known, prices.size)
              : ""}
      </p>
      {journey.returnDate && chosen !== "" && !/,/.test(journey.origin + journey.destination) && (
        <ReturnGrid
          journey={{ ...journey, returnDate: journey.returnDate }}
          onChange={(departureDate, returnDate) => {
            setNights(nightsOf({ departureDate, returnDate }));
            onChange(departureDate, returnDate);
          }}
        />
      )}
    </Sheet>
  );
}

const Prices = createContext<Map<string, DayPrice>>(new Map());

function textsOf(words: ReturnType<typeof useWords>["dates"], format: ReturnType<typeof useFormat>) {
  return {
    formatters: {
      formatCaption: (date: Date) => format.month(toDay(date).slice(0, 7)),
      formatWeekdayName: (date: Date) => format.weekday(toDay(date), "short"),
    },
    labels: {
      labelNext: () => words.next,
      labelPrevious: () => words.previous,
      labelNav: () => words.title,
      labelGrid: (shown: Date) => format.month(toDay(shown).slice(0, 7)),
      labelWeekday: (date: Date) => format.weekday(toDay(date), "long"),
    },
  };
}

function DayWithPrice({ day, modifiers, ...rest }: DayButtonProps) {
  const price = useContext(Prices).get(toDay(day.date));
  const words = useWords();
  const format = useFormat();
  const said = price?.price ? format.money(price.price) : words.dates.unknown;
  const button = useRef<HTMLButtonElement>(null);
  // The calendar says which day the keyboard is at; the button of that day takes the focus.
  useEffect(() => {
    if (modifiers.focused) button.current?.focus();
  }, [modifiers.focused]);
  const mark = price?.rank === "cheap" ? words.dates.cheap : price?.rank === "dear" ? words.dates.dear : "";
  return (
    <button
      {...rest}
      ref={button}
      type="button"
      className={`${styles.day} ${modifiers.selected ? styles.chosen : ""}`}
      aria-label={
        modifiers.disabled ? undefined : [format.longDay(toDay(day.date)), said, mark].filter(Boolean).join(", ")
      }
    >
      <span>{day.date.getDate()}</span>
      <span className={`${styles.price} ${price?.rank ? styles[price.rank] : ""}`} aria-hidden="true">
        {price?.price ? format.roundMoney(price.price) : modifiers.disabled ? "" : "·"}
      </span>
    </button>
  );
}

const components = { DayButton: DayWithPrice };

/** 0 is Sunday. Where the browser does not know, Monday. */
function firstDayOf(locale: string): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } };
  const first = info.getWeekInfo?.().firstDay ?? 1;
  return (first % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6;
}

const classNames = Object.fromEntries(
  [
    "months",
    "month",
    "month_caption",
    "caption_label",
    "nav",
    "button_previous",
    "button_next",
    "chevron",
    "month_grid",
    "weekdays",
    "weekday",
    "week",
    "day",
  ].map((name) => [name, styles[name === "day" ? "cell" : name] ?? ""]),
);
