import { Link } from "wouter";
import { type Asked, useForecast } from "../data/forecast.ts";
import { Fault } from "../ui/Notice.tsx";
import { SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { useForecastTexts } from "../words/forecast.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Forecast.module.css";

/** How often a price fell that stood as the present one does, or why nothing is said; what it is made from stands below. */
export function Forecast({ of }: { of: Asked }) {
  const words = useForecastTexts();
  const format = useFormat();
  const { data, error, isPending, refetch } = useForecast(of);
  if (isPending) return <Skeleton height={96} />;
  if (!data) return <Fault error={error} onRetry={() => void refetch()} />;
  const { probability, why, cases, baseRate, price, departureDate, returnDate, simulated } = data;
  const days = [departureDate, ...(returnDate === null ? [] : [returnDate])].map((day) => format.day(day)).join(" – ");
  return (
    <div className={styles.forecast}>
      {why === null && probability !== null ? (
        <p className={styles.answer}>
          {words.said(Math.round(100 * probability))} {simulated && <SimulatedTag />}
        </p>
      ) : (
        <p>
          {words.silent} {why !== null && words.why[why](cases)} {simulated && <SimulatedTag />}
        </p>
      )}
      {price && (
        <p className={styles.note}>
          {words.about(days, format.money(price))}{" "}
          {why === null && baseRate !== null && words.cases(cases, Math.round(100 * baseRate))}
        </p>
      )}
      <p className={styles.note}>
        {why === null && `${words.lower} ${words.promise} `}
        <Link href="/numbers">{words.right}</Link>
      </p>
    </div>
  );
}
