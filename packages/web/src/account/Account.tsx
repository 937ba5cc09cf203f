import { useState } from "react";
import { useLocation } from "wouter";
import { type Me, useMe, useSend, useSignOut, useUpdateMe } from "../data/me.ts";
import { Button } from "../ui/Button.tsx";
import { Field, Select } from "../ui/Field.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { setTheme, type Theme, themeOf } from "../ui/theme.ts";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";

export function Account() {
  const { account: words } = useWords();
  useTitle(words.title);
  const { data: me } = useMe();
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <SignedIn>{me && <Parts me={me} />}</SignedIn>
    </div>
  );
}

function Parts({ me }: { me: Me }) {
  return (
    <>
      {!me.emailVerified && <Unverified email={me.email} />}
      <Profile me={me} />
      <Appearance />
      <SignOut />
    </>
  );
}

function Unverified({ email }: { email: string }) {
  const { account: words } = useWords();
  const resend = useSend<{ email: string }>("/v1/auth/verify/resend");
  return (
    <Notice tone="typical">
      <p>{words.notVerified}</p>
      <Button busy={resend.isPending} disabled={resend.isSuccess} onClick={() => resend.mutate({ email })}>
        {words.resend}
      </Button>
      <div role="status">{resend.isSuccess && words.resent}</div>
      {resend.error && <Fault error={resend.error} />}
    </Notice>
  );
}

function Profile({ me }: { me: Me }) {
  const words = useWords();
  const { account } = words;
  const [firstName, setFirstName] = useState(me.firstName);
  const [lastName, setLastName] = useState(me.lastName);
  const update = useUpdateMe();
  return (
    <section className={styles.card} aria-labelledby="profile">
      <h2 id="profile">{account.profile}</h2>
      <p>{me.email}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate({ firstName, lastName });
        }}
      >
        <Field
          label={account.firstName}
          required
          value={firstName}
          onChange={(event) => setFirstName(event.currentTarget.value)}
        />
        <Field label={account.lastName} value={lastName} onChange={(event) => setLastName(event.currentTarget.value)} />
        {update.error && <Fault error={update.error} />}
        <p role="status">{update.isSuccess && words.saved}</p>
        <Button kind="main" type="submit" busy={update.isPending}>
          {words.save}
        </Button>
      </form>
    </section>
  );
}

function Appearance() {
  const { account: words } = useWords();
  const [theme, choose] = useState(themeOf);
  return (
    <section className={styles.card} aria-label={words.theme}>
      <Select
        label={words.theme}
        value={theme}
        options={Object.entries(words.themes)}
        onChange={(value) => {
          setTheme(value as Theme);
          choose(value as Theme);
        }}
      />
    </section>
  );
}

function SignOut() {
  const { account: words } = useWords();
  const [, go] = useLocation();
  const signOut = useSignOut();
  return (
    <div>
      <Button busy={signOut.isPending} onClick={() => signOut.mutate(undefined, { onSuccess: () => go("/") })}>
        {words.signOut}
      </Button>
      {signOut.error && <Fault error={signOut.error} />}
    </div>
  );
}
