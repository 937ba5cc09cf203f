import { useState } from "react";
import type { Filters, Offer } from "../data/flights.ts";
import { airlineName, type Names } from "../data/names.ts";
import { Button } from "../ui/Button.tsx";
import { Check, Select } from "../ui/Field.tsx";
import { useWords } from "../words/words.tsx";
import styles from "./FilterPanel.module.css";

type Time = "any" | "morning" | "afternoon" | "evening";
const hours: Record<Time, Pick<Filters, "departAfter" | "departBefore">> = {
  any: { departAfter: undefined, departBefore: undefined },
  morning: { departAfter: undefined, departBefore: "11:59" },
  afternoon: { departAfter: "12:00", departBefore: "18:00" },
  evening: { departAfter: "18:00", departBefore: undefined },
};

/** The filters stand in the address of the page. On a phone they are folded. */
export function FilterPanel({
  filters,
  offers,
  names,
  onChange,
}: {
  filters: Filters;
  offers: Offer[];
  names: Names;
  onChange: (part: Filters) => void;
}) {
  const { results } = useWords();
  const set = Object.entries(filters).filter(([name, value]) => name !== "sort" && value !== undefined).length;
  const [seen, setSeen] = useState<string[]>([]);
  const here = offers.flatMap(({ slices }) => slices.flatMap(({ segments }) => segments.map(({ carrier }) => carrier)));
  const airlines = [...new Set([...seen, ...here, ...(filters.airlines ?? [])])].sort();
  if (airlines.length > seen.length) setSeen(airlines);
  const time = (Object.keys(hours) as Time[]).find(
    (each) => hours[each].departAfter === filters.departAfter && hours[each].departBefore === filters.departBefore,
  );
  return (
    <details className={styles.panel} open={matchMedia("(min-width: 60rem)").matches}>
      <summary className={styles.summary}>{set > 0 ? results.filtersSet(set) : results.filters}</summary>
      <div className={styles.list}>
        <Select
          label={results.maxStops}
          value={String(filters.maxStops ?? "")}
          options={[
            ["", results.anyStops],
            ["0", results.direct0],
            ["1", results.atMost(1)],
          ]}
          onChange={(value) => onChange({ maxStops: value === "" ? undefined : Number(value) })}
        />
        <Select
          label={results.leaves}
          value={time ?? "any"}
          options={Object.entries(results.times)}
          onChange={(value) => onChange(hours[value as Time])}
        />
        <Check
          label={results.withBag}
          checked={filters.bags === 1}
          onChange={(checked) => onChange({ bags: checked ? 1 : undefined })}
        />
        <Check
          label={results.refundable}
          checked={filters.refundable === true}
          onChange={(checked) => onChange({ refundable: checked || undefined })}
        />
        <fieldset>
          <legend className={styles.legend}>{results.airlines}</legend>
          {airlines.map((code) => (
            <Check
              key={code}
              label={airlineName(code, names)}
              checked={filters.airlines?.includes(code) ?? false}
              onChange={(checked) => {
                const others = (filters.airlines ?? []).filter((each) => each !== code);
                const chosen = checked ? [...others, code] : others;
                onChange({ airlines: chosen.length > 0 ? chosen : undefined });
              }}
            />
          ))}
        </fieldset>
        {set > 0 && (
          <Button
            kind="quiet"
            onClick={() =>
              onChange({
                ...hours.any,
                maxStops: undefined,
                bags: undefined,
                refundable: undefined,
                airlines: undefined,
              })
            }
          >
            {results.clear}
          </Button>
        )}
      </div>
    </details>
  );
}
