import { useState } from "react";
import { Failed } from "../api/http.ts";
import { hasPasskeys } from "../api/passkey.ts";
import { useProveByPasskey, useProveByPassword, useWaiting } from "../data/proof.ts";
import { Action } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";

/** Asks for the password or a passkey where an action waits for it; after that the action goes on. */
export function ProofDialog() {
  const waiting = useWaiting();
  const { account } = useWords();
  if (!waiting) return null;
  return (
    <Sheet small title={account.proof} onClose={waiting.giveUp}>
      <Proof onProven={waiting.proceed} />
    </Sheet>
  );
}

function Proof({ onProven }: { onProven: () => void }) {
  const { account } = useWords();
  const { proof: words, security } = useSettings();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const byPassword = useProveByPassword();
  const byPasskey = useProveByPasskey();
  const error = byPassword.error;
  const isWrong = error instanceof Failed && error.code === "user.credentials";
  const isCode = error instanceof Failed && ["factor.needed", "factor.code"].includes(error.code);
  const { errors } = useWords();
  const { form, faultAt } = useFaults(error, []);
  return (
    <form
      ref={form}
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        byPassword.mutate(needsCode ? { password, code } : { password }, {
          onSuccess: onProven,
          onError: (failed) => {
            if (failed instanceof Failed && failed.code === "factor.needed") setNeedsCode(true);
          },
        });
      }}
    >
      <p>{account.proofNote}</p>
      <PasswordField
        label={words.password}
        kind="current-password"
        value={password}
        onChange={setPassword}
        error={isWrong ? security.wrongPassword : faultAt("password")}
      />
      {needsCode && (
        <Field
          label={words.code}
          hint={words.codeNeeded}
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={isCode && error.code === "factor.code" ? errors.codes["factor.code"] : faultAt("code")}
        />
      )}
      {!isWrong && !isCode && !faultAt("password") && !faultAt("code") && <FaultOf error={error} />}
      <FaultOf error={byPasskey.error} />
      <div className={styles.actions}>
        <Action kind="main" type="submit" busy={byPassword.isPending}>
          {words.go}
        </Action>
        {hasPasskeys() && (
          <Action busy={byPasskey.isPending} onClick={() => byPasskey.mutate(undefined, { onSuccess: onProven })}>
            {words.passkey}
          </Action>
        )}
      </div>
    </form>
  );
}
