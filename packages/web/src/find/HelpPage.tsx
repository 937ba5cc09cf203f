import type { Block } from "@travel-conductor/core/base/prose";
import { Link } from "wouter";
import { Failed } from "../api/http.ts";
import { useHelpPage } from "../data/find.ts";
import { Prose } from "../place/Prose.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useFindTexts } from "../words/find.ts";
import styles from "./Find.module.css";

/** One page of help. */
export function HelpPage({ params }: { params: { name?: string | undefined } }) {
  const words = useFindTexts();
  const { data, error, refetch } = useHelpPage(params.name ?? "");
  useTitle(data?.title ?? words.help);
  if (!data) {
    if (!error) return <Skeleton height={64} count={4} />;
    if (error instanceof Failed && error.problem?.status === 404) return <NotFound />;
    return <Fault error={error} onRetry={() => void refetch()} />;
  }
  return (
    <article className={styles.page} lang={data.language}>
      <h1>{data.title}</h1>
      <Prose of={data.blocks as Block[]} />
      <p>
        <Link href="/help">{words.allHelp}</Link>
      </p>
    </article>
  );
}
