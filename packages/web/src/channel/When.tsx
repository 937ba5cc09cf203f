import { Link } from "wouter";
import { useDraft } from "../account/draft.ts";
import styles from "../account/Form.module.css";
import { Save } from "../account/Save.tsx";
import type { Preferences } from "../data/account.ts";
import type { Me } from "../data/me.ts";
import { Button } from "../ui/Button.tsx";
import { Check, Field } from "../ui/Field.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { Past } from "./Past.tsx";

type Draft = {
  quietHours: { from: string; to: string } | null;
  messagesADay: string;
  digestAt: string;
  messagesPausedUntil: string;
};

const names = ["quietHours", "messagesADay", "digestAt", "messagesPausedUntil"];
const night = { from: "22:00", to: "07:00" };

const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** When messages come to a person: quiet hours, the most a day, the digest, a pause. */
export function When({ me }: { me: Me }) {
  const { when: texts } = useChannelTexts();
  const { draft, set, update, form, faultAt, rest } = useDraft<Draft>("when", () => draftOf(me), names);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = me.timeZone ?? here;
  const quiet = draft.quietHours;
  const isEmptyTime = quiet !== null && quiet.from === quiet.to;
  return (
    <section className={styles.card} aria-labelledby="when">
      <h2 id="when">{texts.title}</h2>
      <p className={styles.note}>{texts.note}</p>
      <p>
        {me.timeZone === null ? texts.zoneUnset(here) : texts.zone(zone)}{" "}
        <Link href="/account/preferences">{texts.zoneChange}</Link>
      </p>
      <form
        ref={form}
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmptyTime) update.mutate({ ...changeOf(draft), ...(me.timeZone === null ? { timeZone: here } : {}) });
        }}
      >
        <Check
          label={texts.quiet}
          checked={quiet !== null}
          onChange={(isOn) => set({ quietHours: isOn ? night : null })}
        />
        {quiet && (
          <div className={styles.pair}>
            <Field
              label={texts.from}
              type="time"
              required
              value={quiet.from}
              onChange={(event) => set({ quietHours: { ...quiet, from: event.currentTarget.value } })}
            />
            <Field
              label={texts.to}
              type="time"
              required
              value={quiet.to}
              onChange={(event) => set({ quietHours: { ...quiet, to: event.currentTarget.value } })}
              error={isEmptyTime ? texts.sameTime : faultAt("quietHours")}
            />
          </div>
        )}
        <div className={styles.pair}>
          <Field
            label={texts.most}
            hint={texts.mostHint}
            type="number"
            inputMode="numeric"
            min={0}
            max={20}
            step={1}
            required
            value={draft.messagesADay}
            onChange={(event) => set({ messagesADay: event.currentTarget.value })}
            error={faultAt("messagesADay")}
          />
          <Field
            label={texts.digest}
            hint={texts.digestHint}
            type="time"
            required
            value={draft.digestAt}
            onChange={(event) => set({ digestAt: event.currentTarget.value })}
            error={faultAt("digestAt")}
          />
        </div>
        <Field
          label={texts.pausedUntil}
          hint={texts.pausedHint}
          type="date"
          min={dayAhead(1)}
          value={draft.messagesPausedUntil}
          onChange={(event) => set({ messagesPausedUntil: event.currentTarget.value })}
          error={faultAt("messagesPausedUntil")}
          end={
            draft.messagesPausedUntil !== "" && (
              <Button kind="quiet" onClick={() => set({ messagesPausedUntil: "" })}>
                {texts.goOn}
              </Button>
            )
          }
        />
        <Past wishes={{ zone, quiet, messagesADay: Number(draft.messagesADay) }} />
        {rest}
        <Save update={update} />
      </form>
    </section>
  );
}

/** A pause that is over is none. */
function draftOf({ quietHours, messagesADay, digestAt, messagesPausedUntil: until }: Me): Draft {
  const isOver = until === null || until <= dayAhead(0);
  return { quietHours, messagesADay: String(messagesADay), digestAt, messagesPausedUntil: isOver ? "" : until };
}

const changeOf = ({ quietHours, messagesADay, digestAt, messagesPausedUntil }: Draft): Preferences => ({
  quietHours,
  messagesADay: Number(messagesADay),
  digestAt,
  messagesPausedUntil: messagesPausedUntil || null,
});
