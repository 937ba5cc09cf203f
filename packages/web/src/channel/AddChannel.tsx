import { useState } from "react";
import styles from "../account/Form.module.css";
import {
  type Channel,
  type Kind,
  type Made,
  type NewChannel,
  useAddChannel,
  useKinds,
  usePushKey,
} from "../data/channels.ts";
import { canPush, endPush, keepPushChannel, PushRefused, pushChannel, subscribe } from "../offline/push.ts";
import { Action, Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useWords } from "../words/words.tsx";
import kindsStyles from "./AddChannel.module.css";

const order: Kind[] = ["email", "push", "telegram", "ntfy", "slack", "discord", "webhook", "atom", "calendar"];
const addressed = ["webhook", "ntfy", "slack", "discord"] as const;
type Addressed = (typeof addressed)[number];
const isAddressed = (kind: Kind): kind is Addressed => (addressed as readonly Kind[]).includes(kind);

type Props = { onMade: (channel: Made) => void; onClose: () => void };

/** Asks what kind of channel, then what that kind needs. */
export function AddChannel({ channels, ...rest }: Props & { channels: Channel[] }) {
  const words = useChannelTexts();
  const { back } = useWords();
  const [kind, setKind] = useState<Kind | null>(null);
  const { data: offered, error, isPending, refetch } = useKinds();
  const { data: pushKey } = usePushKey(canPush() && offered?.includes("push") === true);
  const isHere = channels.some(({ id }) => id === pushChannel());
  const isOffered = (each: Kind) => {
    if (!offered?.includes(each)) return false;
    if (each === "email") return channels.every((channel) => channel.kind !== "email");
    return each !== "push" || (typeof pushKey === "string" && !isHere);
  };
  if (kind)
    return (
      <Sheet small title={`${words.add}: ${words.kinds[kind]}`} onClose={rest.onClose}>
        <Form kind={kind} pushKey={pushKey ?? ""} onMade={rest.onMade} />
        <Button kind="quiet" onClick={() => setKind(null)}>
          ‹ {back}
        </Button>
      </Sheet>
    );
  return (
    <Sheet small title={words.which} onClose={rest.onClose}>
      {isPending && <Skeleton height={56} count={4} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      <ul className={kindsStyles.kinds}>
        {order.filter(isOffered).map((each) => (
          <li key={each}>
            <button type="button" className={kindsStyles.kind} onClick={() => setKind(each)}>
              <strong>{words.kinds[each]}</strong>
              <span className={styles.small}>{words.kindNotes[each]}</span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function Form({ kind, pushKey, onMade }: { kind: Kind; pushKey: string; onMade: (channel: Made) => void }) {
  const words = useChannelTexts();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const add = useAddChannel();
  const { form, faultAt, rest } = useFaults(add.error, ["name", "url"]);
  const named = name.trim() === "" ? {} : { name: name.trim() };

  const addPush = async () => {
    setRefused(false);
    setAsking(true);
    try {
      const subscription = await subscribe(pushKey);
      const made = await add.mutateAsync({ kind: "push", ...named, ...subscription }).catch(async () => {
        await endPush();
      });
      if (!made) return;
      keepPushChannel(made.id);
      onMade(made);
    } catch (error) {
      if (!(error instanceof PushRefused)) throw error;
      setRefused(true);
    } finally {
      setAsking(false);
    }
  };
  return (
    <form
      ref={form}
      className={styles.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (kind === "push") void addPush();
        else add.mutate(wanted(kind, named, url.trim()), { onSuccess: onMade });
      }}
    >
      <p className={styles.note}>{words.kindNotes[kind]}</p>
      {isAddressed(kind) && (
        <Field
          label={words.address}
          hint={words.addressHints[kind]}
          type="url"
          inputMode="url"
          autoComplete="off"
          required
          maxLength={2_000}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={faultAt("url")}
        />
      )}
      <Field
        label={words.name}
        hint={words.nameHint}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultAt("name")}
      />
      {kind === "push" && <p className={styles.note}>{words.push.note}</p>}
      {isRefused && (
        <div role="alert">
          <Notice tone="typical">{words.push.refused}</Notice>
        </div>
      )}
      {rest}
      <Action kind="main" type="submit" busy={add.isPending || isAsking}>
        {kind === "push" ? words.push.allow : words.add}
      </Action>
    </form>
  );
}

function wanted(kind: Exclude<Kind, "push">, named: { name?: string }, url: string): NewChannel {
  return isAddressed(kind) ? { kind, ...named, url } : { kind, ...named };
}
