import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useDeleteAccount, useExport } from "../data/account.ts";
import type { Me } from "../data/me.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";

export function Data() {
  return (
    <Frame part="data">
      {(me) => (
        <>
          <Export me={me} />
          <Delete me={me} />
        </>
      )}
    </Frame>
  );
}

function Export({ me }: { me: Me }) {
  const { account } = useWords();
  const { data: words } = useSettings();
  const format = useFormat();
  const wanted = useExport();
  return (
    <section className={styles.card} aria-labelledby="export">
      <h2 id="export">{words.export}</h2>
      <p>{words.exportNote}</p>
      <p>
        <Link href="/privacy">{words.privacy}</Link>
      </p>
      <div role="status">
        {wanted.isSuccess && (
          <Notice tone="low">
            {words.exportAsked(format.time(new Date(wanted.submittedAt).toISOString()), me.email)}
          </Notice>
        )}
      </div>
      <FaultOf error={wanted.error} />
      <Action busy={wanted.isPending} onClick={() => wanted.mutate()}>
        {wanted.isSuccess ? words.exportAgain : account.export}
      </Action>
    </section>
  );
}

function Delete({ me }: { me: Me }) {
  const { account } = useWords();
  const { data: words } = useSettings();
  const [, go] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const [posts, setPosts] = useState<"erase" | "keep">("erase");
  const remove = useDeleteAccount();
  return (
    <section className={styles.card} aria-labelledby="delete">
      <h2 id="delete">{account.delete}</h2>
      <p>{words.deleteNote}</p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {account.delete}
      </Button>
      {isAsking && (
        <Ask
          title={account.deleteAsk}
          go={words.deleteForGood}
          busy={remove.isPending}
          error={remove.error}
          disabled={typed.trim().toLowerCase() !== me.email.toLowerCase()}
          onClose={() => setAsking(false)}
          onGo={() => remove.mutate(posts, { onSuccess: () => go("/") })}
        >
          <div className={styles.fields}>
            <p>{account.deleteNote}</p>
            <fieldset>
              <legend className={styles.legend}>{words.deletePosts}</legend>
              {(["erase", "keep"] as const).map((each) => (
                <label key={each} className={styles.choice}>
                  <input type="radio" name="posts" checked={posts === each} onChange={() => setPosts(each)} />
                  {each === "erase" ? words.deletePostsErase : words.deletePostsKeep}
                </label>
              ))}
            </fieldset>
            <Field
              label={words.deleteSure(me.email)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
        </Ask>
      )}
    </section>
  );
}
