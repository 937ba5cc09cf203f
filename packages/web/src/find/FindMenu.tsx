import { type RefObject, useEffect, useLayoutEffect } from "react";
import { useLocation } from "wouter";
import { useFound } from "../data/find.ts";
import { useRested } from "../ui/rested.ts";
import { useFindTexts } from "../words/find.ts";
import styles from "./Find.module.css";
import { Item } from "./Item.tsx";
import { type Option, optionsOf } from "./options.ts";

/** How long typing must rest before the API is asked (ms). */
const pause = 150;

/** The list below the field. It answers the arrows, Home, End, Enter and Escape of the field, which keeps the focus. */
export function FindMenu({
  id,
  field,
  text,
  marked,
  onMark,
  onClose,
}: {
  id: string;
  field: RefObject<HTMLInputElement | null>;
  text: string;
  marked: string | null;
  onMark: (id: string | null) => void;
  onClose: () => void;
}) {
  const words = useFindTexts();
  const [, navigate] = useLocation();
  const asked = useRested(text.trim(), pause);
  const { data } = useFound(asked, 4);
  /** Never those of an older text. */
  const groups = data && asked === text.trim() ? optionsOf(data, asked) : [];
  const options = groups.flatMap((group) => group.options);
  const idOf = (option: Option) => `${id}-${options.indexOf(option)}`;
  const at = options.findIndex((option) => idOf(option) === marked);
  const choose = (option: Option) => {
    onClose();
    navigate(option.address);
  };
  // Both at once with what is seen: a key pressed right after must find the new list, and its mark must stay.
  useLayoutEffect(() => onMark(null), [asked, data]);
  useEffect(() => {
    if (marked !== null) document.getElementById(marked)?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  useLayoutEffect(() => {
    const input = field.current;
    const answer = (event: KeyboardEvent) => {
      const mark = (next: number) => {
        const option = options[(next + options.length) % options.length];
        if (option) onMark(idOf(option));
        event.preventDefault();
      };
      const chosen = options[at];
      if (event.isComposing) return;
      if (event.key === "Escape") {
        event.preventDefault();
        onClose();
      } else if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at === -1 ? options.length - 1 : at - 1);
      else if (event.key === "Enter" && chosen) {
        event.preventDefault();
        choose(chosen);
      }
    };
    input?.addEventListener("keydown", answer);
    return () => input?.removeEventListener("keydown", answer);
  });
  const found = data ? data.places.length + data.texts.length + data.mine.length : 0;
  return (
    <div className={styles.menu} hidden={options.length === 0}>
      <p role="status" className="hidden">
        {data && asked === text.trim() ? words.count(found) : ""}
      </p>
      <div role="listbox" id={id} aria-label={words.title}>
        {groups.map(({ name, options: some }, group) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of options
          <div key={name ?? group} role="group" aria-label={name ? words.groups[name] : undefined}>
            {name && (
              <p className={styles.group} aria-hidden="true">
                {words.groups[name]}
              </p>
            )}
            {some.map((option) => (
              <div
                key={idOf(option)}
                id={idOf(option)}
                role="option"
                tabIndex={-1}
                aria-selected={idOf(option) === marked}
                className={`${styles.option} ${idOf(option) === marked ? styles.marked : ""}`}
                onMouseMove={() => onMark(idOf(option))}
                // The focus stays in the field.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
                onKeyDown={(event) => event.key === "Enter" && choose(option)}
              >
                <Line of={option} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Line({ of }: { of: Option }) {
  const words = useFindTexts();
  if (of.kind === "item") return <Item of={of.item} />;
  if (of.kind === "flights")
    return <span className={styles.action}>{words.flights(of.item.placeName ?? of.item.id)}</span>;
  return <span className={styles.action}>{words[of.kind](of.text)}</span>;
}
