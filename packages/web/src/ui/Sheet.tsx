import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../words/words.tsx";
import { Button } from "./Button.tsx";
import styles from "./Sheet.module.css";

/** A dialog: the whole screen on a phone. Escape and the button close it; the focus goes back to where it was. */
export function Sheet({
  title,
  onClose,
  children,
  foot,
  small = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  small?: boolean;
}) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = document.activeElement as HTMLElement | null;
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => {
      shown?.close();
      opened?.focus();
      // What it was opened from may be gone, with what was removed.
      setTimeout(() => {
        if (document.activeElement === document.body)
          document.getElementById("content")?.focus({ preventScroll: true });
      });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${styles.sheet} ${small ? styles.small : ""}`}
      aria-label={title}
      // A click beside it cancels, where the browser knows how.
      closedby="any"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles.inside}>
        <header className={styles.head}>
          <h2>{title}</h2>
          <Button kind="quiet" onClick={onClose}>
            {words.close}
          </Button>
        </header>
        <div className={styles.body}>{children}</div>
        {foot && <footer className={styles.foot}>{foot}</footer>}
      </div>
    </dialog>
  );
}
