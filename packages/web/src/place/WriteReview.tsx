import { useId, useState } from "react";
import { type Mine, type NewReview, useChangePost, useWrite, type Written } from "../data/posts.ts";
import { useUnsaved } from "../data/unsaved.ts";
import { Action } from "../ui/Button.tsx";
import { Field, Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { CountedText } from "./CountedText.tsx";
import { type Language, languageOf, months, parties, purposes } from "./choices.ts";
import styles from "./Posts.module.css";
import { Signature } from "./Signature.tsx";
import { useToldPost } from "./told.ts";

type Props = { code: string; known?: Mine; onClose: () => void; onDone: (written: Written) => void };
/** A new review has no rating until one is chosen. */
type Draft = Omit<NewReview, "rating"> & { rating: number | null };

const fields = ["rating", "title", "body", "travelledIn", "party", "purpose", "language"];

/** The form of a review, new or known. */
export function WriteReview({ code, known, onClose, onDone }: Props) {
  const words = usePostTexts();
  const { save } = useWords();
  const format = useFormat();
  const [key] = useState(() => crypto.randomUUID());
  const choices = months();
  const before = known?.review;
  const {
    draft,
    change: setDraft,
    forget,
  } = useUnsaved<Draft>(
    `review ${known?.id ?? code}`,
    () => ({
      rating: before?.rating ?? null,
      title: before?.title ?? "",
      body: known?.body ?? "",
      travelledIn: before?.travelledIn ?? choices[0] ?? "",
      party: before?.party ?? "alone",
      purpose: before?.purpose ?? "city",
      language: (known?.language as Language | undefined) ?? languageOf(format.locale),
      named: known?.named ?? false,
    }),
    !known,
  );
  const add = useWrite("review", code);
  const change = useChangePost("review", known?.id ?? "");
  const { error, isPending } = known ? change : add;
  const { form, faultAt, rest } = useFaults(useToldPost(error), fields);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const submit = () => {
    const onSuccess = (written: Written) => {
      forget();
      onDone(written);
    };
    // A rating that is missing is said by the API, at its field.
    const { rating, ...others } = draft;
    const body = (rating === null ? others : draft) as NewReview;
    if (known) change.mutate(body, { onSuccess });
    else add.mutate({ key, body }, { onSuccess });
  };
  return (
    <Sheet small title={known ? words.form.changeReview : words.writeReview} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Rating value={draft.rating} error={faultAt("rating")} onChange={(rating) => set({ rating })} />
        <Field
          label={words.form.title}
          value={draft.title}
          error={faultAt("title")}
          autoComplete="off"
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <CountedText
          label={words.form.review}
          hint={words.form.reviewHint}
          value={draft.body}
          min={50}
          max={3000}
          rows={8}
          error={faultAt("body")}
          onChange={(body) => set({ body })}
        />
        <Select
          label={words.month}
          value={draft.travelledIn}
          options={choices.map((month) => [month, format.month(month)])}
          error={faultAt("travelledIn")}
          onChange={(travelledIn) => set({ travelledIn })}
        />
        <Select
          label={words.party}
          value={draft.party}
          options={parties.map((party) => [party, words.parties[party]])}
          error={faultAt("party")}
          onChange={(party) => set({ party: party as Draft["party"] })}
        />
        <Select
          label={words.purpose}
          value={draft.purpose}
          options={purposes.map((purpose) => [purpose, words.purposes[purpose]])}
          error={faultAt("purpose")}
          onChange={(purpose) => set({ purpose: purpose as Draft["purpose"] })}
        />
        <Signature
          language={draft.language}
          named={draft.named ?? false}
          error={faultAt("language")}
          onLanguage={(language) => set({ language })}
          onNamed={(named) => set({ named })}
        />
        {rest}
        <Action kind="main" type="submit" busy={isPending}>
          {known ? save : words.form.publish}
        </Action>
      </form>
    </Sheet>
  );
}

function Rating({
  value,
  error,
  onChange,
}: {
  value: number | null;
  error: string | undefined;
  onChange: (rating: number) => void;
}) {
  const words = usePostTexts();
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={error && id}>
      <legend className={styles.legend}>{words.rating}</legend>
      {words.ratings.map((text, index) => (
        <label key={text} className={styles.choice}>
          <input
            type="radio"
            name="rating"
            checked={value === index + 1}
            aria-invalid={error ? true : undefined}
            onChange={() => onChange(index + 1)}
          />
          {text}
        </label>
      ))}
      {error && (
        <p id={id} className={styles.fault}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
