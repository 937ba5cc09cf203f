import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useFindTexts } from "../words/find.ts";
import { findAddress } from "./address.ts";
import styles from "./FindBox.module.css";

const FindMenu = lazy(async () => ({ default: (await import("./FindMenu.tsx")).FindMenu }));

/**
 * The field of the search over everything. The list below it is loaded when something is typed; the arrows choose in it
 * while the focus stays here, and Enter with nothing chosen opens the page of results.
 */
export function FindBox({ text = "", large = false }: { text?: string; large?: boolean }) {
  const words = useFindTexts();
  const [, navigate] = useLocation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  /** What is searched for while the list is open; null while it is closed. */
  const [typed, setTyped] = useState<string | null>(null);
  const [marked, setMarked] = useState<string | null>(null);
  const close = () => {
    setTyped(null);
    setMarked(null);
  };
  const open = () => setTyped(field.current?.value ?? "");
  useEffect(() => {
    if (large && text === "") field.current?.focus();
  }, []);
  const isOpen = typed !== null && typed.trim() !== "";
  return (
    <search className={`${styles.box} ${large ? styles.large : ""}`} aria-label={words.label}>
      <form
        action="/find"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = field.current?.value.trim() ?? "";
          close();
          if (wanted !== "") navigate(findAddress(wanted));
        }}
      >
        <label htmlFor={id} className="hidden">
          {words.label}
        </label>
        <input
          key={text}
          ref={field}
          id={id}
          className={styles.input}
          type="text"
          name="q"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-list` : undefined}
          aria-activedescendant={isOpen && marked !== null ? marked : undefined}
          defaultValue={text}
          placeholder={words.label}
          maxLength={200}
          autoComplete="off"
          enterKeyHint="search"
          spellCheck={false}
          onInput={open}
          onClick={open}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" && !isOpen) open();
          }}
          onBlur={close}
        />
        {isOpen && (
          <Suspense>
            <FindMenu id={`${id}-list`} field={field} text={typed} marked={marked} onMark={setMarked} onClose={close} />
          </Suspense>
        )}
      </form>
    </search>
  );
}
