import { useState } from "react";
import { type Choice, type Rating, type ReviewInfo, useReviews } from "../data/posts.ts";
import { Select } from "../ui/Field.tsx";
import { Tag } from "../ui/Show.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import { purposes } from "./choices.ts";
import { Foot } from "./Foot.tsx";
import styles from "./Posts.module.css";
import { Section } from "./Section.tsx";
import { Stars } from "./Stars.tsx";
import { WriteReview } from "./WriteReview.tsx";

/** Reviews of a place, by its code in capitals, with what they come to. */
export function Reviews({ code }: { code: string }) {
  const words = usePostTexts();
  const [choice, setChoice] = useState<Choice & { purpose: string }>({ sort: "useful", language: "", purpose: "" });
  const list = useReviews(code, choice);
  const rating = list.data?.pages[0]?.rating;
  return (
    <Section
      kind="review"
      list={list}
      choice={choice}
      onChoice={(next) => setChoice({ ...choice, ...next })}
      isFiltered={choice.purpose !== "" || choice.language !== ""}
      filter={
        <Select
          label={words.purpose}
          value={choice.purpose}
          options={[["", words.all], ...purposes.map((each): [string, string] => [each, words.purposes[each]])]}
          onChange={(purpose) => setChoice({ ...choice, purpose })}
        />
      }
      summary={rating && rating.count > 0 && <Summary of={rating} />}
      item={(review) => <Review of={review} />}
      form={(onClose, onDone) => <WriteReview code={code} onClose={onClose} onDone={onDone} />}
    />
  );
}

function Summary({ of: { average, count } }: { of: Rating }) {
  const words = usePostTexts();
  const format = useFormat();
  if (average === null) return <p className={styles.small}>{words.tooFew(count)}</p>;
  const text = words.average(format.number(average), count, format.number(count));
  return (
    <p className={styles.average}>
      <Stars rating={average} text={text} />
    </p>
  );
}

function Review({ of: review }: { of: ReviewInfo }) {
  const words = usePostTexts();
  const format = useFormat();
  const about = [
    words.travelled(format.month(review.travelledIn)),
    words.parties[review.party],
    words.purposes[review.purpose],
  ];
  return (
    <article className={styles.post}>
      <h3 lang={review.language}>{review.title}</h3>
      <p className={styles.about}>
        <Stars rating={review.rating} />
        {review.flew && <Tag tone="low">{words.flew}</Tag>}
      </p>
      <p className={styles.small}>{about.join(" · ")}</p>
      <p className={styles.body} lang={review.language}>
        {review.body}
      </p>
      <Foot kind="review" of={review} />
    </article>
  );
}
