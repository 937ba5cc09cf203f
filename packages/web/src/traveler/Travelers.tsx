import { useState } from "react";
import styles from "../account/Form.module.css";
import { Frame } from "../account/Frame.tsx";
import { type Traveler, useRemoveTravelers, useTravelers } from "../data/travelers.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { MovedMark } from "../ui/Moved.tsx";
import { Empty, Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useTravelerTexts } from "../words/travelers.ts";
import { useFormat } from "../words/words.tsx";
import { Documents } from "./Documents.tsx";
import { Lacks } from "./Lacks.tsx";
import { nameOf } from "./name.ts";
import { TravelerSheet } from "./TravelerSheet.tsx";
import own from "./Travelers.module.css";

export function Travelers() {
  return <Frame part="travelers">{() => <List />}</Frame>;
}

function List() {
  const words = useTravelerTexts();
  const { parts } = useSettings();
  const [isAdding, setAdding] = useState(false);
  const { data, error, refetch } = useTravelers();
  if (!data)
    return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} count={2} />;
  return (
    <section className={styles.page} aria-label={parts.travelers}>
      <p className={styles.note}>{words.note}</p>
      {data.unreadable.length > 0 && <Unreadable ids={data.unreadable} />}
      {data.items.length === 0 ? (
        <Empty title={words.none}>
          <p>{words.noneNote}</p>
        </Empty>
      ) : (
        <ul className={styles.list}>
          {data.items.map((each) => (
            <li key={each.id} className={styles.card}>
              <Person of={each} />
            </li>
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <Button kind="main" onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      </div>
      {isAdding && <TravelerSheet onClose={() => setAdding(false)} />}
    </section>
  );
}

function Person({ of: traveler }: { of: Traveler }) {
  const words = useTravelerTexts();
  const format = useFormat();
  const [open, setOpen] = useState<"change" | "remove" | null>(null);
  const remove = useRemoveTravelers();
  const { title, bornOn, address } = traveler;
  const name = nameOf(traveler) || words.nameless;
  const about = [title && words.titles[title], bornOn && words.born(format.longDay(bornOn))].filter(Boolean);
  const contact = [traveler.email, traveler.phone ?? traveler.phoneAsGiven].filter(Boolean);
  const where = address && [...address.lines, address.postal, address.city, address.country].filter(Boolean);
  const programmes = traveler.loyalty.map(({ airline, numberEnds }) => words.loyalty.ends(airline, numberEnds));
  return (
    <>
      <div className={own.head}>
        <div className={styles.about}>
          <h2 className={own.name}>{name}</h2>
          {about.length > 0 && <p className={styles.small}>{about.join(" · ")}</p>}
          {contact.length > 0 && <p className={styles.small}>{contact.join(" · ")}</p>}
          {where && where.length > 0 && <p className={styles.small}>{where.join(", ")}</p>}
          {programmes.length > 0 && <p className={styles.small}>{format.list(programmes)}</p>}
        </div>
        <div className={styles.actions}>
          <Button aria-label={`${words.change}: ${name}`} onClick={() => setOpen("change")}>
            {words.change}
          </Button>
          <Button kind="danger" aria-label={`${words.remove}: ${name}`} onClick={() => setOpen("remove")}>
            {words.remove}
          </Button>
        </div>
      </div>
      <MovedMark of={traveler.moved} />
      <Lacks of={traveler} />
      <Documents of={traveler} name={name} />
      {open === "change" && <TravelerSheet traveler={traveler} onClose={() => setOpen(null)} />}
      {open === "remove" && (
        <Ask
          title={words.removeAsk(name)}
          go={words.remove}
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setOpen(null)}
          onGo={() => remove.mutate([traveler.id])}
        >
          <p>{words.removeNote}</p>
        </Ask>
      )}
    </>
  );
}

function Unreadable({ ids }: { ids: string[] }) {
  const words = useTravelerTexts();
  const remove = useRemoveTravelers();
  return (
    <Notice tone="typical">
      <p>{words.unreadable(ids.length)}</p>
      <Action busy={remove.isPending} onClick={() => remove.mutate(ids)}>
        {words.removeUnreadable}
      </Action>
      <FaultOf error={remove.error} />
    </Notice>
  );
}
