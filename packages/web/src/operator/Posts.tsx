import { useState } from "react";
import { useSearch } from "wouter";
import { type Queued, useDecide, useQueue, useVersions } from "../data/posts.ts";
import { CountedText } from "../place/CountedText.tsx";
import { languageName } from "../place/choices.ts";
import own from "../place/Posts.module.css";
import { useToldPost } from "../place/told.ts";
import { Versions } from "../place/Versions.tsx";
import { Action } from "../ui/Button.tsx";
import { Filter } from "../ui/Filter.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Moment, Skeleton, Tag } from "../ui/Show.tsx";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import { type PostTexts, usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

/** Tips and reviews that an operator decides about. */
export function Posts() {
  return (
    <Frame part="posts">
      <List />
    </Frame>
  );
}

const states = ["waiting", "reported", "appealed"] as const;

function List() {
  const { queue: words } = usePostTexts();
  const asked = new URLSearchParams(useSearch()).get("state");
  const state = states.find((each) => each === asked) ?? "waiting";
  const queue = useQueue(state);
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <Filter
        label={words.filter}
        choices={states.map((each) => ({
          href: each === "waiting" ? "/operator/posts" : `/operator/posts?state=${each}`,
          text: words.states[each],
          isChosen: each === state,
        }))}
      />
      <Answer of={queue}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={words.none} />;
          return (
            <>
              <ul className={own.list}>
                {items.map((post) => (
                  <li key={post.id}>
                    <One of={post} />
                  </li>
                ))}
              </ul>
              <More of={queue} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

function One({ of: post }: { of: Queued }) {
  const texts = usePostTexts();
  const { queue: words } = texts;
  const format = useFormat();
  const details = Object.entries(post.details).map(([, value]) => detailOf(texts, format.month, value));
  return (
    <article className={own.post}>
      <div className={own.head}>
        <h2>{words.about[post.type](post.place)}</h2>
        <span className={own.actions}>
          {post.urgent && <Tag tone="high">{words.urgent}</Tag>}
          <Tag>{texts.mine.states[post.state]}</Tag>
        </span>
      </div>
      <p className={styles.small}>
        {details.join(" · ")} · {languageName(post.language, format.locale)} · {words.changed(post.versions)} ·{" "}
        <Moment at={post.writtenAt} />
      </p>
      {post.title !== null && <h3 lang={post.language}>{post.title}</h3>}
      <p className={own.body} lang={post.language}>
        {post.body}
      </p>
      {post.reports.length > 0 && (
        <>
          <h3>{words.reports}</h3>
          <ul>
            {post.reports.map(({ reason, note, at }, index) => (
              <li key={index} className={own.body}>
                {[texts.reasons[reason], note].filter(Boolean).join(": ")} · <Moment at={at} />
              </li>
            ))}
          </ul>
        </>
      )}
      {post.appeal && (
        <>
          <h3>{words.asks}</h3>
          <p className={own.body}>{post.appeal.text}</p>
        </>
      )}
      {post.decisions.length > 0 && (
        <>
          <h3>{words.history}</h3>
          <ul>
            {post.decisions.map(({ decision, reason, at, second }, index) => (
              <li key={index} className={own.body}>
                {[words.decided[decision], second && words.second].filter(Boolean).join(", ")}: {reason} ·{" "}
                <Moment at={at} />
              </li>
            ))}
          </ul>
        </>
      )}
      {post.versions > 1 && (
        <WhenOpened title={texts.mine.versions}>
          <Before of={post} />
        </WhenOpened>
      )}
      <Decide of={post} />
    </article>
  );
}

/** A detail of a text in words: its kind, its rating, the month, the party or the purpose. */
function detailOf(texts: PostTexts, month: (month: string) => string, value: string | number): string {
  if (typeof value === "number") return texts.stars(String(value));
  if (/^\d{4}-\d\d$/.test(value)) return month(value);
  const known: Record<string, string> = { ...texts.purposes, ...texts.parties, ...texts.kinds };
  return known[value] ?? value;
}

function Before({ of: { type, id } }: { of: Queued }) {
  const { data, error } = useVersions(type, id);
  if (!data) return error ? <FaultOf error={error} /> : <Skeleton height={60} />;
  return <Versions of={data.items.slice(1)} />;
}

function Decide({ of: post }: { of: Queued }) {
  const { queue: words } = usePostTexts();
  const [reason, setReason] = useState("");
  const decide = useDecide(post.id);
  const { form, faultAt, rest } = useFaults(useToldPost(decide.error), ["reason"]);
  return (
    <form ref={form} className={own.foot} noValidate onSubmit={(event) => event.preventDefault()}>
      <CountedText
        label={words.reason}
        value={reason}
        min={3}
        max={500}
        rows={2}
        error={faultAt("reason")}
        onChange={setReason}
      />
      {rest}
      <div className={own.actions}>
        {(["publish", "hide"] as const).map((decision) => (
          <Action
            key={decision}
            kind={decision === "hide" ? "danger" : "main"}
            busy={decide.isPending}
            onClick={() => decide.mutate({ decision, reason })}
          >
            {words[decision]}
          </Action>
        ))}
      </div>
    </form>
  );
}
