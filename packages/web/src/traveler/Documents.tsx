import { useState } from "react";
import styles from "../account/Form.module.css";
import { type TravelDocument, type Traveler, useRemoveDocument } from "../data/travelers.ts";
import { Ask } from "../ui/Ask.tsx";
import { Button } from "../ui/Button.tsx";
import { Tag } from "../ui/Show.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useFormat } from "../words/words.tsx";
import { DocumentSheet } from "./DocumentSheet.tsx";
import own from "./Travelers.module.css";

/** The documents of a traveler; one that does not open can be removed. */
export function Documents({ of: traveler, name }: { of: Traveler; name: string }) {
  const { documents: words } = useTravelerTexts();
  const [isAdding, setAdding] = useState(false);
  const { documents, unreadable } = traveler;
  return (
    <div className={own.documents}>
      <h3>{words.title}</h3>
      {documents.length === 0 ? (
        <p className={styles.note}>{words.none}</p>
      ) : (
        <ul className={styles.lines}>
          {documents.map((each) => (
            <Paper key={each.id} of={each} travelerId={traveler.id} />
          ))}
        </ul>
      )}
      {documents.length + unreadable.length < 5 && (
        <div className={styles.actions}>
          <Button aria-label={`${words.add}: ${name}`} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        </div>
      )}
      {isAdding && <DocumentSheet travelerId={traveler.id} name={name} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Paper({ of: paper, travelerId }: { of: TravelDocument; travelerId: string }) {
  const { documents: words, remove: removeWord } = useTravelerTexts();
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveDocument(travelerId, paper.id);
  const about = [
    words.ends(paper.numberEnds),
    format.region(paper.country),
    ...(paper.expiresOn === null ? [] : [words.until(format.longDay(paper.expiresOn))]),
  ];
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          {words.types[paper.type]}
          {paper.runsOut && (
            <Tag tone={paper.runsOut === "before_end" ? "high" : "typical"}>{words.runsOut[paper.runsOut]}</Tag>
          )}
        </div>
        <div className={styles.small}>{about.join(" · ")}</div>
      </div>
      <Button
        kind="danger"
        aria-label={`${removeWord}: ${words.types[paper.type]}, ${words.ends(paper.numberEnds)}`}
        onClick={() => setAsking(true)}
      >
        {removeWord}
      </Button>
      {isAsking && (
        <Ask
          title={words.removeAsk(words.types[paper.type])}
          go={removeWord}
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onGo={() => remove.mutate(undefined)}
        >
          <p>{words.removeNote}</p>
        </Ask>
      )}
    </li>
  );
}
