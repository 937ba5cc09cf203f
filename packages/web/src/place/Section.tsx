import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { useSignedIn } from "../data/me.ts";
import type { Page, Pages } from "../data/pages.ts";
import type { Choice, Kind, Written } from "../data/posts.ts";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import { languageName, languageOptions } from "./choices.ts";
import styles from "./Posts.module.css";

type Props<T> = {
  kind: Kind;
  list: Pages<Page<T>>;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  /** What the texts of this kind can be chosen by, beside their language. */
  filter: ReactNode;
  isFiltered: boolean;
  /** Above the list, once it is there. */
  summary?: ReactNode;
  item: (post: T) => ReactNode;
  form: (close: () => void, done: (written: Written) => void) => ReactNode;
};

/** The texts of one kind about a place: to choose from, to read, and to add to. */
export function Section<T extends { id: string }>({
  kind,
  list,
  choice,
  onChoice,
  filter,
  isFiltered,
  summary,
  item,
  form,
}: Props<T>) {
  const words = usePostTexts();
  const { locale } = useFormat();
  const [isWriting, setWriting] = useState(false);
  const [written, setWritten] = useState<Written>();
  const { data, error, isPending, refetch } = list;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = data !== undefined && items.length === 0;
  const isTip = kind === "tip";
  const write =
    isEmpty && !isFiltered ? (isTip ? words.firstTip : words.firstReview) : words[isTip ? "writeTip" : "writeReview"];
  const title = isTip ? words.tips : words.reviews;
  return (
    <section className={styles.section} aria-label={title}>
      <div>
        <div className={styles.head}>
          <h2>{title}</h2>
          {!isEmpty && <Write text={write} onWrite={() => setWriting(true)} />}
        </div>
        <div role="status" className={styles.status}>
          {written && <Done of={written} />}
        </div>
      </div>
      {summary}
      {(!isEmpty || isFiltered) && (
        <div className={styles.filters}>
          <Select
            label={words.sort}
            value={choice.sort}
            options={[
              ["useful", words.sorts.useful],
              ["newest", words.sorts.newest],
            ]}
            onChange={(sort) => onChoice({ ...choice, sort: sort as Choice["sort"] })}
          />
          {filter}
          <Select
            label={words.language}
            value={choice.language}
            options={[["", words.allLanguages], ...languageOptions(locale)]}
            onChange={(language) => onChoice({ ...choice, language })}
          />
        </div>
      )}
      {isPending && <Skeleton height={120} count={3} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {isEmpty && (
        <Empty title={isFiltered ? words.noneChosen : isTip ? words.noTips : words.noReviews}>
          <p>{isFiltered ? words.noneChosenNote : isTip ? words.noTipsNote : words.noReviewsNote}</p>
          <Write text={write} onWrite={() => setWriting(true)} />
        </Empty>
      )}
      <ul className={styles.list}>
        {items.map((post) => (
          <li key={post.id}>{item(post)}</li>
        ))}
      </ul>
      <More of={list} />
      {isWriting &&
        form(
          () => setWriting(false),
          (done) => {
            setWriting(false);
            setWritten(done);
          },
        )}
    </section>
  );
}

/** The way to the form; to a person who is not signed in, the way to sign in and back. */
function Write({ text, onWrite }: { text: string; onWrite: () => void }) {
  const words = usePostTexts();
  const isSignedIn = useSignedIn();
  const [path] = useLocation();
  if (isSignedIn)
    return (
      <Button kind="main" onClick={onWrite}>
        {text}
      </Button>
    );
  return <Link href={`/sign-in?back=${encodeURIComponent(path)}`}>{words.signIn}</Link>;
}

/** What became of a text that was just written. */
export function Done({ of: { state, language, languageSuggested } }: { of: Written }) {
  const { form: words } = usePostTexts();
  const { locale } = useFormat();
  const isOther = languageSuggested !== null && languageSuggested !== language;
  return (
    <Notice tone="low">
      <p>{state === "published" ? words.published : words.waits}</p>
      {isOther && <p>{words.suggested(languageName(languageSuggested, locale))}</p>}
    </Notice>
  );
}
