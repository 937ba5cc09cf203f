import { useState } from "react";
import { type Kind, type Report, useReport } from "../data/posts.ts";
import { Action } from "../ui/Button.tsx";
import { Field, Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { usePostTexts } from "../words/posts.ts";
import { reasons } from "./choices.ts";
import styles from "./Posts.module.css";
import { useToldPost } from "./told.ts";

type Props = { kind: Kind; id: string; onClose: () => void; onDone: () => void };

/** Asks what is wrong with a text. */
export function ReportSheet({ kind, id, onClose, onDone }: Props) {
  const words = usePostTexts();
  const [reason, setReason] = useState<Report["reason"]>("spam");
  const [note, setNote] = useState("");
  const report = useReport(kind, id);
  const { form, faultAt, rest } = useFaults(useToldPost(report.error), ["reason", "note"]);
  return (
    <Sheet small title={words.reportTitle[kind]} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          report.mutate({ reason, note: note.trim() === "" ? null : note }, { onSuccess: onDone });
        }}
      >
        <p>{words.reportNote}</p>
        <Select
          label={words.reason}
          value={reason}
          options={reasons.map((each) => [each, words.reasons[each]])}
          error={faultAt("reason")}
          onChange={(value) => setReason(value as Report["reason"])}
        />
        <Field
          label={words.note}
          value={note}
          error={faultAt("note")}
          autoComplete="off"
          maxLength={500}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {rest}
        <Action kind="main" type="submit" busy={report.isPending}>
          {words.sendReport}
        </Action>
      </form>
    </Sheet>
  );
}
