import { useState } from "react";
import { Link } from "wouter";
import { type Section, useGuide, usePreview, useVersions, useWriting, type Version } from "../data/guides.ts";
import { useUnsaved } from "../data/unsaved.ts";
import styles from "../place/PlacePage.module.css";
import { Prose } from "../place/Prose.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { Field, Select } from "../ui/Field.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Tag } from "../ui/Show.tsx";
import { TextArea } from "../ui/TextArea.tsx";
import { useTold } from "../ui/told.ts";
import { usePlaceTexts } from "../words/places.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";

type Params = { params: Record<string, string | undefined> };
type Language = Version["language"];
const today = () => new Date().toISOString().slice(0, 10);

/** Where operators write about a place: the draft of a section, its preview, and all versions. */
export function GuideEditor({ params: { code = "" } }: Params) {
  return (
    <Frame part="guides">
      <Editor code={code.toUpperCase()} />
    </Frame>
  );
}

function Editor({ code }: { code: string }) {
  const { editor: words } = usePlaceTexts();
  const place = useGuide(code, {}).data?.place;
  const versions = useVersions(code);
  const [open, setOpen] = useState<Version | null>(null);
  return (
    <div className={styles.page}>
      <h2>{words.title(place?.city ?? code)}</h2>
      <p className={styles.small}>{words.note}</p>
      <p>
        <Link href={`/places/${code}`}>{words.view}</Link>
      </p>
      <Draft key={open ? `${open.id} ${open.revision}` : "new"} code={code} of={open} onDone={setOpen} />
      <h2>{words.history}</h2>
      <Answer of={versions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} />
          ) : (
            items.map((each) => <Row key={each.id} code={code} of={each} onOpen={() => setOpen(each)} />)
          )
        }
      </Answer>
    </div>
  );
}

type DraftProps = { code: string; of: Version | null; onDone: (draft: Version | null) => void };

function Draft({ code, of, onDone }: DraftProps) {
  const { editor: words } = usePlaceTexts();
  const writing = useWriting(code);
  const preview = usePreview(code);
  const [section, setSection] = useState<Section>(of?.section ?? "overview");
  const [language, setLanguage] = useState<Language>(of?.language ?? "en");
  const saved = { title: of?.title ?? "", source: of?.source ?? "", checkedOn: of?.checkedOn ?? today() };
  const form = `guide ${code} ${of ? `${of.id} ${of.revision}` : "new"}`;
  const { draft: entry, change: setEntry, forget } = useUnsaved(form, () => saved, true);
  const isChanged = JSON.stringify(entry) !== JSON.stringify(saved);
  const error = useTold(writing.error ?? preview.error, words.codes);
  const { form: element, faultAt, rest } = useFaults(error, ["title", "source", "checkedOn"]);
  const input = (name: "title" | "source" | "checkedOn") => ({
    value: entry[name],
    error: faultAt(name),
    onChange: (event: { currentTarget: { value: string } }) =>
      setEntry({ ...entry, [name]: event.currentTarget.value }),
  });
  const done = (next: Version | null) => {
    forget();
    onDone(next);
  };
  const save = () =>
    writing.mutate(
      of
        ? { act: "change", id: of.id, body: { ...entry, revision: of.revision } }
        : { act: "write", body: { ...entry, section, language } },
      { onSuccess: (draft) => done(draft ?? null) },
    );
  return (
    <form
      ref={element}
      className={styles.part}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!of && (
        <div className={styles.choices}>
          <Select
            label={words.section}
            value={section}
            options={Object.entries(words.sections)}
            onChange={(value) => setSection(value as Section)}
          />
          <Select
            label={words.language}
            value={language}
            options={Object.entries(words.languages)}
            onChange={(value) => setLanguage(value as Language)}
          />
        </div>
      )}
      <Field label={words.heading} required maxLength={100} {...input("title")} />
      <TextArea label={words.text} required rows={12} maxLength={20_000} {...input("source")} />
      <Field label={words.checkedOn} type="date" required max={today()} {...input("checkedOn")} />
      {rest}
      <p className={styles.links}>
        <Action kind="main" type="submit" busy={writing.isPending}>
          {of ? words.save : words.begin}
        </Action>
        <Action busy={preview.isPending} onClick={() => preview.mutate(entry.source)}>
          {words.preview}
        </Action>
        {of && (
          <>
            <Action
              busy={writing.isPending}
              disabled={isChanged}
              onClick={() =>
                writing.mutate(
                  { act: "publish", id: of.id, body: { revision: of.revision } },
                  { onSuccess: () => done(null) },
                )
              }
            >
              {words.publish}
            </Action>
            <Action
              kind="danger"
              busy={writing.isPending}
              onClick={() => writing.mutate({ act: "discard", id: of.id }, { onSuccess: () => done(null) })}
            >
              {words.discard}
            </Action>
          </>
        )}
      </p>
      {of && isChanged && <p className={styles.small}>{words.saveFirst}</p>}
      {preview.data && (
        <section aria-label={words.preview}>
          <h2>{entry.title}</h2>
          <Prose of={preview.data.blocks as never} />
        </section>
      )}
    </form>
  );
}

function Row({ code, of, onOpen }: { code: string; of: Version; onOpen: () => void }) {
  const { editor: words } = usePlaceTexts();
  const format = useFormat();
  const writing = useWriting(code);
  const error = useTold(writing.error, words.codes);
  const { id, state, section, language, title, author, updatedAt } = of;
  return (
    <section className={styles.part} aria-label={title}>
      <h3>
        {title} <Tag tone={state === "published" ? "low" : "plain"}>{words.states[state]}</Tag>
      </h3>
      <p className={styles.small}>
        {words.sections[section]}, {words.languages[language]}, {words.by(author, format.moment(updatedAt))}
      </p>
      <FaultOf error={error} />
      <p className={styles.links}>
        {state === "draft" && <Button onClick={onOpen}>{words.change}</Button>}
        {state === "published" && (
          <Action kind="danger" busy={writing.isPending} onClick={() => writing.mutate({ act: "withdraw", id })}>
            {words.withdraw}
          </Action>
        )}
      </p>
    </section>
  );
}
