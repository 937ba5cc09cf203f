import { useState } from "react";
import { Failed } from "../api/http.ts";
import { hasPasskeys } from "../api/passkey.ts";
import { useFactors } from "../data/factors.ts";
import { useWaiting } from "../data/proof.ts";
import { useProveByPasskey, useProveByPassword } from "../data/prove.ts";
import { Action } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { PasswordField } from "./PasswordField.tsx";

/** Asks for the password, a passkey or a code where an action waits for it; after that the action goes on. */
export function ProofDialog() {
  const waiting = useWaiting();
  const { account } = useWords();
  const { proof: words } = useSettings();
  if (!waiting) return null;
  return waiting.needs === "factor" ? (
    <Sheet small title={words.factor} onClose={waiting.giveUp}>
      <Factor onProven={waiting.proceed} />
    </Sheet>
  ) : (
    <Sheet small title={account.proof} onClose={waiting.giveUp}>
      <Proof onProven={waiting.proceed} />
    </Sheet>
  );
}

/** The ways to give a second factor that this account has. */
function Factor({ onProven }: { onProven: () => void }) {
  const { proof: words, security } = useSettings();
  const factors = useFactors();
  const byPasskey = useProveByPasskey();
  if (factors.isPending) return <Skeleton height={120} />;
  if (factors.error) return <Fault error={factors.error} onRetry={() => void factors.refetch()} />;
  if (factors.data.totp) return <Proof withCode onProven={onProven} />;
  return (
    <div className={styles.fields}>
      <p>{words.factorNote}</p>
      <FaultOf error={byPasskey.error} />
      {hasPasskeys() ? (
        <div className={styles.actions}>
          <Action
            kind="main"
            busy={byPasskey.isPending}
            onClick={() => byPasskey.mutate(undefined, { onSuccess: onProven })}
          >
            {words.usePasskey}
          </Action>
        </div>
      ) : (
        <p>{security.passkeysUnknown}</p>
      )}
    </div>
  );
}

/** `withCode` has a code asked for at once. */
function Proof({ onProven, withCode = false }: { onProven: () => void; withCode?: boolean }) {
  const { account } = useWords();
  const { proof: words, security } = useSettings();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(withCode);
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
      <p>{withCode ? words.factorNote : account.proofNote}</p>
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
          autoFocus={!withCode}
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
