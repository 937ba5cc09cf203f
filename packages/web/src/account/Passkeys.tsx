import { useState } from "react";
import { hasPasskeys } from "../api/passkey.ts";
import { type Passkey, useAddPasskey, useRemovePasskey } from "../data/factors.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Moment, Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import styles from "./Form.module.css";
import { RenamePasskey } from "./Rename.tsx";

export function Passkeys({ items, isProven }: { items: Passkey[]; isProven: boolean }) {
  const { security: words } = useSettings();
  return (
    <section className={styles.card} aria-labelledby="passkeys">
      <h2 id="passkeys">{words.passkeys}</h2>
      <p className={styles.note}>{words.passkeysNote}</p>
      {items.length === 0 ? (
        <p>{words.noPasskeys}</p>
      ) : (
        <ul className={styles.lines}>
          {items.map((passkey) => (
            <Row key={passkey.id} of={passkey} />
          ))}
        </ul>
      )}
      {hasPasskeys() ? <Add isProven={isProven} /> : <p>{words.passkeysUnknown}</p>}
    </section>
  );
}

function Add({ isProven }: { isProven: boolean }) {
  const { security: words } = useSettings();
  const [name, setName] = useState("");
  const add = useAddPasskey();
  const { form, faultAt, rest } = useFaults(add.error, ["name"]);
  if (!isProven) return <p>{words.unproven}</p>;
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(name, { onSuccess: () => setName("") });
      }}
    >
      <Field
        label={words.passkeyName}
        hint={words.passkeyNameHint}
        required
        maxLength={100}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultAt("name")}
      />
      {rest}
      <div role="status">{add.isSuccess && <Notice tone="low">{words.passkeyAdded}</Notice>}</div>
      <div>
        <Action type="submit" busy={add.isPending}>
          {words.addPasskey}
        </Action>
      </div>
    </form>
  );
}

function Row({ of: passkey }: { of: Passkey }) {
  const { security: words, rename, remove: removeWord } = useSettings();
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const remove = useRemovePasskey(passkey.id);
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          {passkey.name} <Tag>{passkey.backedUp ? words.backedUp : words.oneDevice}</Tag>
        </div>
        <div className={styles.small}>
          {words.added} <Moment at={passkey.createdAt} /> ·{" "}
          {passkey.lastUsedAt === null ? (
            words.neverUsed
          ) : (
            <>
              {words.used} <Moment at={passkey.lastUsedAt} />
            </>
          )}
        </div>
      </div>
      <div className={styles.actions}>
        <Button aria-label={`${rename}: ${passkey.name}`} onClick={() => setOpen("rename")}>
          {rename}
        </Button>
        <Button kind="danger" aria-label={`${removeWord}: ${passkey.name}`} onClick={() => setOpen("remove")}>
          {removeWord}
        </Button>
      </div>
      {open === "rename" && <RenamePasskey id={passkey.id} name={passkey.name} onClose={() => setOpen(null)} />}
      {open === "remove" && (
        <Ask
          title={words.removePasskey}
          go={removeWord}
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setOpen(null)}
          onGo={() => remove.mutate()}
        >
          <p>{words.removePasskeyNote(passkey.name)}</p>
        </Ask>
      )}
    </li>
  );
}
