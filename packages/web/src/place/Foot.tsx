import { useState } from "react";
import { Link } from "wouter";
import { useSignedIn } from "../data/me.ts";
import { type Kind, type ReviewInfo, type TipInfo, useVote } from "../data/posts.ts";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Tag } from "../ui/Show.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Posts.module.css";
import { ReportSheet } from "./ReportSheet.tsx";
import { useToldPost } from "./told.ts";

/** Below a text: its writer and day, how many found it useful, and what a reader can do. */
export function Foot({ kind, of: post }: { kind: Kind; of: TipInfo | ReviewInfo }) {
  const words = usePostTexts();
  const format = useFormat();
  const isSignedIn = useSignedIn();
  const vote = useVote(kind, post.id);
  const voteError = useToldPost(vote.error);
  const { useful, voted } = vote.data ?? post;
  const [isReporting, setReporting] = useState(false);
  const [isReported, setReported] = useState(false);
  const day = format.longDay(format.dayOf(post.writtenAt));
  const about = [post.author ?? words.anonymous, day, post.edited && words.edited].filter(Boolean).join(" · ");
  return (
    <footer className={styles.foot}>
      <p className={styles.small}>{about}</p>
      <div className={styles.actions}>
        {useful > 0 && <span className={styles.small}>{words.usefulCount(useful, format.number(useful))}</span>}
        {post.mine && (
          <>
            <Tag tone="accent">{words.yours}</Tag>
            <Link href="/account/posts">{words.toMine}</Link>
          </>
        )}
        {isSignedIn && !post.mine && (
          <>
            <Action
              kind={voted ? "main" : "plain"}
              aria-pressed={voted}
              busy={vote.isPending}
              onClick={() => vote.mutate(!voted)}
            >
              {words.useful}
            </Action>
            {!isReported && (
              <Button kind="quiet" onClick={() => setReporting(true)}>
                {words.report}
              </Button>
            )}
          </>
        )}
        <span role="status">{isReported && words.reported}</span>
      </div>
      <FaultOf error={voteError} />
      {isReporting && (
        <ReportSheet
          kind={kind}
          id={post.id}
          onClose={() => setReporting(false)}
          onDone={() => {
            setReporting(false);
            setReported(true);
          }}
        />
      )}
    </footer>
  );
}
