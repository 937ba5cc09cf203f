import { Action } from "../ui/Button.tsx";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";

/** The end of a form: the button that saves it, and that it was saved. */
export function Save({ update }: { update: { isPending: boolean; isSuccess: boolean } }) {
  const words = useWords();
  return (
    <div className={styles.actions}>
      <Action kind="main" type="submit" busy={update.isPending}>
        {words.save}
      </Action>
      <span role="status">{update.isSuccess && words.saved}</span>
    </div>
  );
}
