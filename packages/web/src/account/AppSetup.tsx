import { useState } from "react";
import { Failed } from "../api/http.ts";
import { useConfirmApp } from "../data/factors.ts";
import { Action } from "../ui/Button.tsx";
import { Copy } from "../ui/Copy.tsx";
import { Field } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { useFaultText } from "../ui/Notice.tsx";
import { Qr } from "../ui/Qr.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useSettings } from "../words/settings.ts";
import styles from "./Form.module.css";

/** Shows the secret for an app, and takes the first code. */
export function AppSetup({
  setup,
  onOn,
  onClose,
}: {
  setup: { secret: string; uri: string };
  onOn: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const { security: words } = useSettings();
  const textOf = useFaultText();
  const [code, setCode] = useState("");
  const confirm = useConfirmApp();
  const isWrong = confirm.error instanceof Failed && confirm.error.code === "factor.code";
  const { form, faultAt, rest } = useFaults(confirm.error, ["code"]);
  return (
    <Sheet small title={words.setUp} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate(code.replaceAll(/\s/g, ""), { onSuccess: ({ recoveryCodes }) => onOn(recoveryCodes) });
        }}
      >
        <p>{words.appStep1}</p>
        <Qr text={setup.uri} label={words.appQr} />
        <p>
          <a className={styles.target} href={setup.uri}>
            {words.appOpen}
          </a>
        </p>
        <p>{words.appSecret}</p>
        <Copy text={setup.secret} label={words.appSecret}>
          {setup.secret.match(/.{1,4}/g)?.join(" ") ?? setup.secret}
        </Copy>
        <p>{words.appStep2}</p>
        <Field
          label={words.code}
          hint={words.codeHint}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={isWrong ? textOf(confirm.error) : faultAt("code")}
        />
        {!isWrong && rest}
        <Action kind="main" type="submit" busy={confirm.isPending}>
          {words.appConfirm}
        </Action>
      </form>
    </Sheet>
  );
}
