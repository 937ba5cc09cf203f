import { Link } from "wouter";
import styles from "./Filter.module.css";

type Choice = { href: string; text: string; isChosen: boolean };

/** Links that choose what of a list is shown. The address keeps the choice; "Back" leads out of the list. */
export function Filter({ label, choices }: { label: string; choices: Choice[] }) {
  return (
    <nav className={styles.filter} aria-label={label}>
      {choices.map(({ href, text, isChosen }) => (
        <Link key={href} href={href} replace aria-current={isChosen ? "true" : undefined} className={styles.choice}>
          {text}
        </Link>
      ))}
    </nav>
  );
}
