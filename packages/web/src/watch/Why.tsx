import { useEffect } from "react";
import { Link, useSearch } from "wouter";
import { type Kind, useDecisions } from "../data/decisions.ts";
import { namesIn } from "../data/names.ts";
import { Button } from "../ui/Button.tsx";
import { Filter } from "../ui/Filter.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { Decisions } from "./Decisions.tsx";
import { contains } from "./decision.ts";
import { daysOf, partyOf, routeOf } from "./subject.ts";
import styles from "./Watches.module.css";

const kinds: Kind[] = ["all", "told", "silent"];

/** Every check of a watch and what it meant; `at` in the address is the check to open, or `day` the day (UTC). */
export function Why({ params: { id = "" } }: { params: { id?: string } }) {
  const { why, watch } = useWords();
  useTitle(why.title);
  return (
    <div className={styles.page}>
      <Link href={`/watches/${id}`}>{watch.history}</Link>
      <h1>{why.title}</h1>
      <SignedIn>
        <Checks id={id} />
      </SignedIn>
    </div>
  );
}

function Checks({ id }: { id: string }) {
  const words = useWords();
  const { why } = words;
  const format = useFormat();
  const given = new URLSearchParams(useSearch());
  const kind = kinds.find((each) => each === given.get("show")) ?? "all";
  const day = given.get("day");
  const around = given.get("at") ?? (day && `${day}T23:59:59.999Z`);
  const decisions = useDecisions(id, kind, around);
  const { data, error, isPending, refetch, hasPreviousPage, fetchPreviousPage, isFetchingPreviousPage } = decisions;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const subject = data?.pages[0]?.watch;
  // The check at that moment, or the last one before it.
  const open = around && (items.some((item) => contains(item, around)) ? around : lastBefore(around, items));
  const isThere = items.length > 0;
  useEffect(() => {
    if (open && isThere) document.getElementById("open")?.scrollIntoView({ block: "center" });
  }, [open, isThere]);
  if (isPending) return <Skeleton height={56} count={8} />;
  if (!data) return <Fault error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {subject && (
        <p>
          <strong>{routeOf(subject, namesIn(data.pages))}</strong>
          <br />
          {daysOf(subject, words, format)} · {partyOf(subject, words)}
        </p>
      )}
      <Filter
        label={why.title}
        choices={kinds.map((each) => ({
          href: `/watches/${id}/why${each === "all" ? "" : `?show=${each}`}`,
          text: { all: why.all, told: why.onlyTold, silent: why.onlySilent }[each],
          isChosen: each === kind,
        }))}
      />
      {decisions.isFetchPreviousPageError && <FaultOf error={error} />}
      {hasPreviousPage && (
        <Button onClick={() => void fetchPreviousPage()} busy={isFetchingPreviousPage}>
          {why.newer}
        </Button>
      )}
      <Decisions id={id} items={items} open={open} heading="h2" />
      <More of={decisions} />
    </>
  );
}

const lastBefore = (moment: string, items: { at: string }[]) => items.find(({ at }) => at <= moment)?.at ?? null;
