import { useEffect } from "react";
import { Link, useSearch } from "wouter";
import { useDecisions } from "../data/watches.ts";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { Decisions } from "./Decisions.tsx";
import styles from "./Watches.module.css";

const kinds = ["all", "told", "silent"] as const;

/** Every check of a watch and what it meant; `at` in the address is the check to open. */
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
  const { why } = useWords();
  const given = new URLSearchParams(useSearch());
  const kind = kinds.find((each) => each === given.get("show")) ?? "all";
  const [at, day] = [given.get("at"), given.get("day")];
  const decisions = useDecisions(id, 100);
  const { data, error, isPending, refetch } = decisions;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const open = at ?? items.find((item) => item.at.slice(0, 10) === day)?.at ?? null;
  useEffect(() => {
    if (open) document.getElementById(open)?.scrollIntoView({ block: "center" });
  }, [open]);
  if (isPending) return <Skeleton height={56} count={8} />;
  if (error) return <Fault error={error} onRetry={() => void refetch()} />;
  const shown = items.filter(({ decision }) => kind === "all" || "fired" in decision === (kind === "told"));
  return (
    <>
      <nav className={styles.states} aria-label={why.title}>
        {kinds.map((each) => (
          <Link
            key={each}
            replace
            href={`/watches/${id}/why${each === "all" ? "" : `?show=${each}`}`}
            className={styles.state}
            aria-current={each === kind ? "true" : undefined}
          >
            {{ all: why.all, told: why.onlyTold, silent: why.onlySilent }[each]}
          </Link>
        ))}
      </nav>
      <Decisions items={shown} open={open} heading="h2" />
      <More of={decisions} />
    </>
  );
}
