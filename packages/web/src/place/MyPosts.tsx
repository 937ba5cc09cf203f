import { useState } from "react";
import styles from "../account/Form.module.css";
import { Frame } from "../account/Frame.tsx";
import { type Mine, useAppeal, useMyPosts, useRemovePost, useVersions, type Written } from "../data/posts.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Skeleton, Tag } from "../ui/Show.tsx";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import { CountedText } from "./CountedText.tsx";
import own from "./Posts.module.css";
import { Done } from "./Section.tsx";
import { Stars } from "./Stars.tsx";
import { useToldPost } from "./told.ts";
import { Versions } from "./Versions.tsx";
import { WriteReview } from "./WriteReview.tsx";
import { WriteTip } from "./WriteTip.tsx";

/** The tips and reviews of the account, with their states. */
export function MyPosts() {
  return <Frame part="posts">{() => <List />}</Frame>;
}

function List() {
  const { mine: words } = usePostTexts();
  const posts = useMyPosts();
  const { data, error, refetch } = posts;
  if (!data)
    return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} count={2} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Empty title={words.none}>
        <p>{words.noneNote}</p>
      </Empty>
    );
  return (
    <section className={styles.page} aria-label={words.title}>
      <p className={styles.note}>{words.note}</p>
      <ul className={styles.list}>
        {items.map((post) => (
          <li key={post.id} className={styles.card}>
            <One of={post} />
          </li>
        ))}
      </ul>
      <More of={posts} />
    </section>
  );
}

const tones = { waiting: "typical", published: "low", hidden: "high", withdrawn: "plain" } as const;

function One({ of: post }: { of: Mine }) {
  const texts = usePostTexts();
  const { mine: words } = texts;
  const format = useFormat();
  const [open, setOpen] = useState<"change" | "remove" | "appeal" | null>(null);
  const [written, setWritten] = useState<Written>();
  const remove = useRemovePost(post.type, post.id);
  const removeError = useToldPost(remove.error);
  const { decision, appeal, changeUntil, review, tip } = post;
  const name = `${texts[post.type]}, ${post.place}`;
  const close = () => setOpen(null);
  const done = (saved: Written) => {
    close();
    setWritten(saved);
  };
  const Form = post.type === "tip" ? WriteTip : WriteReview;
  return (
    <article className={own.mine}>
      <div className={own.head}>
        <h2>{name}</h2>
        <Tag tone={tones[post.state]}>{words.states[post.state]}</Tag>
      </div>
      {tip && <p className={styles.small}>{texts.kinds[tip.kind]}</p>}
      {review && (
        <>
          <h3>{review.title}</h3>
          <Stars rating={review.rating} />
        </>
      )}
      <p className={own.body} lang={post.language}>
        {post.body}
      </p>
      {decision && (
        <div>
          <p>{(decision.second ? words.secondDecided : words.decided)[decision.decision]}</p>
          <p className={own.body}>{words.why(decision.reason)}</p>
        </div>
      )}
      {appeal && <p className={styles.small}>{words.appealed(format.moment(appeal.at))}</p>}
      <div>
        {changeUntil && <p className={styles.small}>{words.changeUntil(format.moment(changeUntil))}</p>}
        <div role="status" className={own.status}>
          {written && <Done of={written} />}
        </div>
      </div>
      <div className={styles.actions}>
        {changeUntil && (
          <Button aria-label={`${words.change}: ${name}`} onClick={() => setOpen("change")}>
            {words.change}
          </Button>
        )}
        {post.mayAppeal && <Button onClick={() => setOpen("appeal")}>{words.appeal}</Button>}
        <Button kind="danger" aria-label={`${words.remove}: ${name}`} onClick={() => setOpen("remove")}>
          {words.remove}
        </Button>
      </div>
      {post.edited && (
        <WhenOpened title={words.versions}>
          <Before of={post} />
        </WhenOpened>
      )}
      {open === "change" && <Form code={post.place} known={post} onClose={close} onDone={done} />}
      {open === "appeal" && <AppealSheet of={post} onClose={close} />}
      {open === "remove" && (
        <Ask
          title={words.removeAsk[post.type]}
          go={words.remove}
          busy={remove.isPending}
          error={removeError}
          onClose={close}
          onGo={() => remove.mutate()}
        >
          <p>{words.removeNote}</p>
        </Ask>
      )}
    </article>
  );
}

function Before({ of: { type, id } }: { of: Mine }) {
  const { data, error } = useVersions(type, id);
  if (!data) return error ? <FaultOf error={error} /> : <Skeleton height={60} />;
  return <Versions of={data.items.slice(1)} />;
}

function AppealSheet({ of: { type, id }, onClose }: { of: Mine; onClose: () => void }) {
  const { mine: words } = usePostTexts();
  const [text, setText] = useState("");
  const appeal = useAppeal(type, id);
  const { form, faultAt, rest } = useFaults(useToldPost(appeal.error), ["text"]);
  return (
    <Sheet small title={words.appeal} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          appeal.mutate(text, { onSuccess: onClose });
        }}
      >
        <p>{words.appealNote}</p>
        <CountedText
          label={words.appealText}
          value={text}
          min={10}
          max={1000}
          error={faultAt("text")}
          onChange={setText}
        />
        {rest}
        <Action kind="main" type="submit" busy={appeal.isPending}>
          {words.appealSend}
        </Action>
      </form>
    </Sheet>
  );
}
