import { useState } from "react";
import { type Choice, type TipInfo, useTips } from "../data/posts.ts";
import { Select } from "../ui/Field.tsx";
import { Tag } from "../ui/Show.tsx";
import { usePostTexts } from "../words/posts.ts";
import { tipKinds } from "./choices.ts";
import { Foot } from "./Foot.tsx";
import styles from "./Posts.module.css";
import { Section } from "./Section.tsx";
import { WriteTip } from "./WriteTip.tsx";

/** Tips about a place, by its code in capitals. */
export function Tips({ code }: { code: string }) {
  const words = usePostTexts();
  const [choice, setChoice] = useState<Choice & { kind: string }>({ sort: "useful", language: "", kind: "" });
  const list = useTips(code, choice);
  return (
    <Section
      kind="tip"
      list={list}
      choice={choice}
      onChoice={(next) => setChoice({ ...choice, ...next })}
      isFiltered={choice.kind !== "" || choice.language !== ""}
      filter={
        <Select
          label={words.kind}
          value={choice.kind}
          options={[["", words.all], ...tipKinds.map((kind): [string, string] => [kind, words.kinds[kind]])]}
          onChange={(kind) => setChoice({ ...choice, kind })}
        />
      }
      item={(tip) => <Tip of={tip} />}
      form={(onClose, onDone) => <WriteTip code={code} onClose={onClose} onDone={onDone} />}
    />
  );
}

function Tip({ of: tip }: { of: TipInfo }) {
  const words = usePostTexts();
  return (
    <article className={styles.post}>
      <p>
        <Tag>{words.kinds[tip.kind]}</Tag>
      </p>
      <p className={styles.body} lang={tip.language}>
        {tip.body}
      </p>
      <Foot kind="tip" of={tip} />
    </article>
  );
}
