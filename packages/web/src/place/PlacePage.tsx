import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { Failed } from "../api/http.ts";
import { type Guide, useGuide, type Wanted } from "../data/guides.ts";
import { useMe } from "../data/me.ts";
import { journeyAddress, readJourney } from "../search/journey.ts";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { usePlaceTexts } from "../words/places.ts";
import { useFormat } from "../words/words.tsx";
import { Costs } from "./Costs.tsx";
import { Daylight, Facts, Holidays } from "./Facts.tsx";
import { useLength } from "./length.ts";
import styles from "./PlacePage.module.css";
import { Prose } from "./Prose.tsx";
import { useWanted } from "./wanted.ts";

const Tips = lazy(async () => ({ default: (await import("./Tips.tsx")).Tips }));
const Reviews = lazy(async () => ({ default: (await import("./Reviews.tsx")).Reviews }));

type Params = { params: Record<string, string | undefined> };

/** A place: what flights there cost from where the reader starts, facts, and what was written about it. */
export function PlacePage({ params: { code = "" } }: Params) {
  const words = usePlaceTexts();
  const [wanted, change] = useWanted();
  const { data: guide, error, refetch } = useGuide(code.toUpperCase(), wanted);
  const { data: me } = useMe();
  useTitle(guide?.place.city ?? words.title);
  if (error instanceof Failed && error.code === "place.missing") {
    return (
      <Empty title={words.none}>
        <p>
          <Link href="/places">{words.title}</Link> · {words.noneNote}
        </p>
      </Empty>
    );
  }
  if (!guide)
    return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={160} count={4} />;
  return (
    <article className={styles.page}>
      <Head of={guide} wanted={wanted} />
      {guide.guide.map(({ section, title, blocks, checkedOn }) => (
        <Written key={section} title={title} blocks={blocks as never} checkedOn={checkedOn} />
      ))}
      <Costs of={guide} wanted={wanted} onChange={change} />
      <Facts of={guide} />
      <Holidays of={guide} />
      <Daylight of={guide} />
      <Suspense fallback={<Skeleton height={120} count={2} />}>
        <Tips code={guide.place.code} />
        <Reviews code={guide.place.code} />
      </Suspense>
      {me?.isOperator && (
        <p>
          <Link href={`/operator/guides/${guide.place.code}`}>{words.edit}</Link>
        </p>
      )}
    </article>
  );
}

function Head({ of: { place, facts }, wanted }: { of: Guide; wanted: Wanted }) {
  const words = usePlaceTexts();
  const format = useFormat();
  const { ahead } = facts.time;
  const zoned = new Intl.DateTimeFormat(format.locale, { timeStyle: "short", timeZone: place.timeZone });
  const journey = {
    ...readJourney(""),
    origin: wanted.from ?? "",
    destination: place.code,
    adults: wanted.adults ?? 1,
    cabin: (wanted.cabin ?? "economy") as "economy",
    currency: wanted.currency,
  };
  const hours = useLength();
  return (
    <header className={styles.head}>
      <h1>{place.kind === "city" ? place.city : `${place.city} (${place.code})`}</h1>
      <p>
        {place.kind === "airport" && `${place.name}, `}
        {format.region(place.country)}
      </p>
      <p className={styles.small}>
        {words.now(zoned.format(new Date()), place.timeZone)}{" "}
        {ahead !== null &&
          (ahead === 0 ? words.same : ahead > 0 ? words.ahead(hours(ahead)) : words.behind(hours(-ahead)))}
      </p>
      <p className={styles.links}>
        <Link href={journeyAddress("/", journey)}>{words.search}</Link>
        <Link href={journeyAddress("/watches/new", journey)}>{words.watch}</Link>
      </p>
    </header>
  );
}

function Written({ title, blocks, checkedOn }: { title: string; blocks: never; checkedOn: string }) {
  const words = usePlaceTexts();
  const format = useFormat();
  return (
    <section className={styles.part} aria-label={title}>
      <h2>{title}</h2>
      <Prose of={blocks} />
      <p className={styles.small}>{words.checked(format.day(checkedOn))}</p>
    </section>
  );
}
