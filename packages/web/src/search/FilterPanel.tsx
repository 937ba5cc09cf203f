import { type ReactNode, useState } from "react";
import type { Facet, Facets, Filters } from "../data/flights.ts";
import { airlineName, type Names } from "../data/names.ts";
import { Button } from "../ui/Button.tsx";
import { Check, Select } from "../ui/Field.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./FilterPanel.module.css";
import { noFilters } from "./journey.ts";

type Times = { from: string; to: string } & Facet;

/** The filters stand in the address of the page, each with what it would leave. On a phone they are folded. */
export function FilterPanel({
  filters,
  facets,
  names,
  onChange,
}: {
  filters: Filters;
  facets: Facets;
  names: Names;
  onChange: (part: Filters) => void;
}) {
  const { results } = useWords();
  const leaves = useLeaves();
  const set = countOf(filters);
  // Folded ones are drawn when they are opened.
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 60rem)").matches);
  const bag = facets.bags.find(({ bags }) => bags === 1);
  return (
    <details className={styles.panel} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>{set > 0 ? results.filtersSet(set) : results.filters}</summary>
      {isOpen && (
        <div className={styles.list}>
          <Choices
            legend={results.stopsTitle}
            found={facets.stops.map(({ stops, ...facet }) => [stops, facet])}
            chosen={filters.stops}
            textOf={(stops) => [results.direct, results.stops(1)][stops] ?? results.stopsOrMore}
            onChange={(stops) => onChange({ stops })}
          />
          <Departures
            label={results.leaves}
            found={facets.departures}
            from={filters.departAfter}
            to={filters.departBefore}
            onChange={(departAfter, departBefore) => onChange({ departAfter, departBefore })}
          />
          {facets.returnDepartures.length > 0 && (
            <Departures
              label={results.returns}
              found={facets.returnDepartures}
              from={filters.returnDepartAfter}
              to={filters.returnDepartBefore}
              onChange={(returnDepartAfter, returnDepartBefore) => onChange({ returnDepartAfter, returnDepartBefore })}
            />
          )}
          <fieldset>
            <legend className={styles.legend}>{results.terms}</legend>
            <Check
              label={<Option text={results.withBag} leaves={leaves(bag)} />}
              checked={filters.bags === 1}
              onChange={(checked) => onChange({ bags: checked ? 1 : undefined })}
            />
            <Check
              label={<Option text={results.refundable} leaves={leaves(facets.refundable)} />}
              checked={filters.refundable === true}
              onChange={(checked) => onChange({ refundable: checked || undefined })}
            />
          </fieldset>
          <Choices
            legend={results.airlines}
            found={facets.airlines.map(({ code, ...facet }) => [code, facet])}
            chosen={filters.airlines}
            textOf={(code) => airlineName(code, names)}
            onChange={(airlines) => onChange({ airlines })}
          />
          {set > 0 && (
            <Button kind="quiet" onClick={() => onChange(noFilters)}>
              {results.clear}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}

/** How many filters are set: a span of times is one. */
function countOf(filters: Filters): number {
  const names = Object.entries(filters).flatMap(([name, value]) =>
    name === "sort" || value === undefined ? [] : [name.replace(/(After|Before)$/, "")],
  );
  return new Set(names).size;
}

/** `12 · from £30`: what a filter would leave; without offers 0. */
function useLeaves() {
  const { results } = useWords();
  const format = useFormat();
  return (facet: Facet | null | undefined) =>
    facet ? results.facet(facet.count, format.roundMoney(facet.least)) : format.number(0);
}

function Option({ text, leaves }: { text: ReactNode; leaves: string }) {
  return (
    <span className={styles.option}>
      <span>{text}</span> <span className={styles.leaves}>{leaves}</span>
    </span>
  );
}

/** Values of which several may be chosen; one that leaves nothing stays while it is chosen. */
function Choices<Value extends string | number>({
  legend,
  found,
  chosen = [],
  textOf,
  onChange,
}: {
  legend: string;
  found: [Value, Facet][];
  chosen: Value[] | undefined;
  textOf: (value: Value) => string;
  onChange: (chosen: Value[] | undefined) => void;
}) {
  const leaves = useLeaves();
  const known = new Map(found);
  const byText = (one: Value, other: Value) =>
    typeof one === "number" ? one - Number(other) : textOf(one).localeCompare(textOf(other));
  const values = [...new Set([...known.keys(), ...chosen])].sort(byText);
  return (
    <fieldset>
      <legend className={styles.legend}>{legend}</legend>
      {values.map((value) => (
        <Check
          key={value}
          label={<Option text={textOf(value)} leaves={leaves(known.get(value))} />}
          checked={chosen.includes(value)}
          onChange={(checked) => {
            const next = values.filter((each) => (each === value ? checked : chosen.includes(each)));
            onChange(next.length > 0 ? next : undefined);
          }}
        />
      ))}
    </fieldset>
  );
}

/** One part of the day, or any. */
function Departures({
  label,
  found,
  from,
  to,
  onChange,
}: {
  label: string;
  found: Times[];
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}) {
  const { results } = useWords();
  const format = useFormat();
  const leaves = useLeaves();
  const spanOf = (after: string, before: string) =>
    `${format.clock(`2000-01-01T${after}`)} – ${format.clock(`2000-01-01T${before}`)}`;
  const options = found.map((each): [string, string] => [
    `${each.from} ${each.to}`,
    `${spanOf(each.from, each.to)} (${leaves(each)})`,
  ]);
  const chosen = from === undefined && to === undefined ? "" : `${from ?? "00:00"} ${to ?? "23:59"}`;
  if (chosen !== "" && !options.some(([value]) => value === chosen)) {
    options.push([chosen, spanOf(from ?? "00:00", to ?? "23:59")]);
  }
  return (
    <Select
      label={label}
      value={chosen}
      options={[["", results.anyTime], ...options]}
      onChange={(value) => {
        const [after, before] = value.split(" ");
        onChange(after || undefined, before);
      }}
    />
  );
}
