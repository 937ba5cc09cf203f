import { Link } from "wouter";
import styles from "../account/Form.module.css";
import { useLink } from "../account/link.ts";
import { Failed } from "../api/http.ts";
import { type LinkInfo, useLinkPreview, useLinkUse } from "../data/links.ts";
import { Action } from "../ui/Button.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { routeOf } from "../watch/subject.ts";
import { useChannelTexts } from "../words/channels.ts";
import { useFormat, useWords } from "../words/words.tsx";

/**
 * What a link in a mail opens: it says what will happen, and a button does it. Opening the page changes nothing, because
 * programs that check mails open links.
 */
export function DoLink() {
  const { link: words } = useChannelTexts();
  const token = useLink().get("token") ?? "";
  const preview = useLinkPreview(token);
  useTitle(words.title);
  if (token === "" || isDead(preview.error)) return <Dead />;
  if (preview.isPending) return <Skeleton height={160} />;
  if (!preview.data) return <Fault error={preview.error} onRetry={() => void preview.refetch()} />;
  return <Known token={token} known={preview.data} />;
}

const isDead = (error: unknown) =>
  error instanceof Failed && (error.code === "link.dead" || error.problem?.status === 404);

function Dead() {
  const { link: words } = useChannelTexts();
  return (
    <div className={styles.form}>
      <h1>{words.title}</h1>
      <div role="status">
        <Notice>{words.dead}</Notice>
      </div>
      <Link href="/watches" className={styles.target}>
        {words.toWatches}
      </Link>
    </div>
  );
}

function Known({ token, known }: { token: string; known: LinkInfo }) {
  const { link: words } = useChannelTexts();
  const use = useLinkUse(token);
  const { purpose, isDone, watch, places } = use.data ?? known;
  if (isDead(use.error)) return <Dead />;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        use.mutate();
      }}
    >
      <h1>{words.go[purpose]}</h1>
      {watch && <Trip of={watch} places={places} />}
      {!isDone && <p>{words.says[purpose]}</p>}
      <div role="status">{isDone && <Notice tone="low">{words.done[purpose]}</Notice>}</div>
      {use.error && <Fault error={use.error} />}
      {!isDone && (
        <Action kind="main" type="submit" busy={use.isPending}>
          {words.go[purpose]}
        </Action>
      )}
      {purpose === "unsubscribe" ? (
        <Link href="/account/channels" className={styles.target}>
          {words.toChannels}
        </Link>
      ) : (
        <Link href={watch ? `/watches/${watch.id}` : "/watches"} className={styles.target}>
          {words.toWatches}
        </Link>
      )}
    </form>
  );
}

function Trip({ of: watch, places }: { of: NonNullable<LinkInfo["watch"]>; places: LinkInfo["places"] }) {
  const { watches: words } = useWords();
  const format = useFormat();
  const { departureDate, returnDate, departureFrom, departureTo, weekendsIn } = watch;
  const days = weekendsIn
    ? words.weekends(format.month(weekendsIn))
    : departureFrom && departureTo
      ? words.window(format.day(departureFrom), format.day(departureTo))
      : [departureDate, returnDate].flatMap((day) => (day ? [format.day(day)] : [])).join(" – ");
  return (
    <p>
      <strong>{routeOf(watch, { places })}</strong>
      <br />
      {days}
    </p>
  );
}
