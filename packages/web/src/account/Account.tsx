import { useState } from "react";
import { useLocation } from "wouter";
import { useSignOut } from "../data/account.ts";
import { Action } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { setTheme, type Theme, themeOf } from "../ui/theme.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";

export function Account() {
  return (
    <Frame>
      {(me) => (
        <section className={styles.card} aria-label={me.firstName}>
          <div>
            <h2>{[me.firstName, me.lastName].filter(Boolean).join(" ")}</h2>
            <p className={styles.note}>{me.email}</p>
          </div>
          <Appearance />
          <SignOut />
        </section>
      )}
    </Frame>
  );
}

function Appearance() {
  const { account: words } = useWords();
  const [theme, choose] = useState(themeOf);
  return (
    <Select
      label={words.theme}
      value={theme}
      options={Object.entries(words.themes)}
      onChange={(value) => {
        setTheme(value as Theme);
        choose(value as Theme);
      }}
    />
  );
}

function SignOut() {
  const { account: words } = useWords();
  const [, go] = useLocation();
  const signOut = useSignOut();
  return (
    <>
      <Action busy={signOut.isPending} onClick={() => signOut.mutate(undefined, { onSuccess: () => go("/") })}>
        {words.signOut}
      </Action>
      <FaultOf error={signOut.error} />
    </>
  );
}
