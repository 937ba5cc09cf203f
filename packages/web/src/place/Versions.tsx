import type * as Post from "@travel-conductor/core/post";
import type { InferOutput } from "valibot";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Posts.module.css";

/** What a text said at some moments, newest first. */
export function Versions({ of: versions }: { of: InferOutput<typeof Post.Versions>["items"] }) {
  const { mine: words } = usePostTexts();
  const format = useFormat();
  return (
    <ol className={styles.list}>
      {versions.map(({ number, at, title, body, language }) => (
        <li key={number}>
          <p className={styles.small}>{words.version(format.moment(at))}</p>
          {title !== null && <p lang={language}>{title}</p>}
          <p className={styles.body} lang={language}>
            {body}
          </p>
        </li>
      ))}
    </ol>
  );
}
