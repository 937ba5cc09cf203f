import { useState } from "react";
import { type Factors, useRemoveApp, useRenewCodes, useSetUpApp } from "../data/factors.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { Copy } from "../ui/Copy.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { AppSetup } from "./AppSetup.tsx";
import styles from "./Form.module.css";

/** The codes of an app: switched on by a first code, with recovery codes that are shown once. */
export function AppCodes({ factors, isProven }: { factors: Factors; isProven: boolean }) {
  const { security: words } = useSettings();
  const format = useFormat();
  const [open, setOpen] = useState<"remove" | "renew" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const setUp = useSetUpApp();
  const remove = useRemoveApp();
  const renew = useRenewCodes();
  const isOn = factors.totp !== null;
  const close = () => setOpen(null);
  return (
    <section className={styles.card} aria-labelledby="app-codes">
      <h2 id="app-codes">{words.app}</h2>
      <p className={styles.note}>{words.appNote}</p>
      <div>
        <Tag tone={isOn ? "low" : "plain"}>
          {factors.totp ? words.appOn(format.moment(factors.totp.since)) : words.appOff}
        </Tag>
      </div>
      {isOn && <p>{words.recoveryLeft(factors.recoveryCodes)}</p>}
      {isOn && (
        <div className={styles.actions}>
          <Button onClick={() => setOpen("renew")}>{words.renew}</Button>
          <Button kind="danger" onClick={() => setOpen("remove")}>
            {words.switchOff}
          </Button>
        </div>
      )}
      {!isOn && !isProven && <p>{words.unproven}</p>}
      {!isOn && isProven && (
        <Action busy={setUp.isPending} onClick={() => setUp.mutate()}>
          {words.setUp}
        </Action>
      )}
      <FaultOf error={setUp.error} />
      {setUp.data && (
        <AppSetup
          setup={setUp.data}
          onClose={setUp.reset}
          onOn={(made) => {
            setUp.reset();
            setCodes(made);
          }}
        />
      )}
      {codes && <Recovery codes={codes} onClose={() => setCodes(null)} />}
      {open === "remove" && (
        <Ask
          title={words.appOffAsk}
          go={words.switchOff}
          busy={remove.isPending}
          error={remove.error}
          onClose={close}
          onGo={() => remove.mutate(undefined, { onSuccess: close })}
        >
          <p>{words.appOffNote}</p>
        </Ask>
      )}
      {open === "renew" && (
        <Ask
          title={words.renewAsk}
          go={words.renew}
          busy={renew.isPending}
          error={renew.error}
          onClose={close}
          onGo={() =>
            renew.mutate(undefined, {
              onSuccess: ({ recoveryCodes }) => {
                close();
                setCodes(recoveryCodes);
              },
            })
          }
        >
          <p>{words.renewNote}</p>
        </Ask>
      )}
    </section>
  );
}

function Recovery({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { security: words } = useSettings();
  return (
    <Sheet
      small
      title={words.recovery}
      onClose={onClose}
      foot={
        <Button kind="main" onClick={onClose}>
          {words.recoveryDone}
        </Button>
      }
    >
      <div className={styles.fields}>
        <p>{words.recoveryNote}</p>
        <Copy text={codes.join("\n")} label={words.recovery} />
      </div>
    </Sheet>
  );
}
