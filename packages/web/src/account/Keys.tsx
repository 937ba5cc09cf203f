import { useState } from "react";
import { type Key, type Made, useKeys, useRevokeKey } from "../data/keys.ts";
import { Ask } from "../ui/Ask.tsx";
import { Button } from "../ui/Button.tsx";
import { Copy } from "../ui/Copy.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Moment, Skeleton, Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";
import { NewKey } from "./NewKey.tsx";
import { RenameKey } from "./Rename.tsx";

export function Keys() {
  return <Frame part="keys">{(me) => <List isProven={me.emailVerified} />}</Frame>;
}

function List({ isProven }: { isProven: boolean }) {
  const { keys: texts, parts, security } = useSettings();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const keys = useKeys();
  if (keys.isPending) return <Skeleton height={72} count={3} />;
  if (!keys.data) return <Fault error={keys.error} onRetry={() => void keys.refetch()} />;
  const items = keys.data.pages.flatMap((page) => page.items);
  return (
    <section className={styles.card} aria-label={parts.keys}>
      <p className={styles.note}>
        {texts.note} <a href="/docs">{texts.docs}</a>
      </p>
      {items.length === 0 ? (
        <Empty title={texts.none}>
          <p>{texts.noneNote}</p>
        </Empty>
      ) : (
        <ul className={styles.lines}>
          {items.map((key) => (
            <Row key={key.id} of={key} />
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <Button kind="main" disabled={!isProven} onClick={() => setMaking(true)}>
          {texts.make}
        </Button>
        <More of={keys} />
      </div>
      {!isProven && <p>{security.unproven}</p>}
      {isMaking && (
        <NewKey
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
          }}
        />
      )}
      {made && (
        <Sheet small title={texts.made} onClose={() => setMade(null)}>
          <div className={styles.fields}>
            <p>{texts.madeNote}</p>
            <Copy text={made.key} label={texts.made} />
          </div>
        </Sheet>
      )}
    </section>
  );
}

function Row({ of: key }: { of: Key }) {
  const { keys: words, rename } = useSettings();
  const format = useFormat();
  const [open, setOpen] = useState<"rename" | "revoke" | null>(null);
  const revoke = useRevokeKey(key.id);
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          {key.name}
          {key.scopes.map((scope) => (
            <Tag key={scope}>{words.scopeShort[scope]}</Tag>
          ))}
        </div>
        <div className={styles.small}>
          {words.start(key.start)} · {words.endsOn(format.moment(key.expiresAt))} · <LastUse of={key} />
        </div>
      </div>
      <div className={styles.actions}>
        <Button aria-label={`${rename}: ${key.name}`} onClick={() => setOpen("rename")}>
          {rename}
        </Button>
        <Button kind="danger" aria-label={`${words.revoke}: ${key.name}`} onClick={() => setOpen("revoke")}>
          {words.revoke}
        </Button>
      </div>
      {open === "rename" && <RenameKey id={key.id} name={key.name} onClose={() => setOpen(null)} />}
      {open === "revoke" && (
        <Ask
          title={words.revokeAsk}
          go={words.revoke}
          busy={revoke.isPending}
          error={revoke.error}
          onClose={() => setOpen(null)}
          onGo={() => revoke.mutate()}
        >
          <p>{words.revokeNote(key.name)}</p>
        </Ask>
      )}
    </li>
  );
}

function LastUse({ of: key }: { of: Key }) {
  const { keys: words } = useSettings();
  if (key.lastUsedAt === null) return words.neverUsed;
  return (
    <>
      {words.used} <Moment at={key.lastUsedAt} /> {key.network && words.usedFrom(key.network)}
    </>
  );
}
