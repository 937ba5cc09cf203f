import { Link } from "wouter";
import { useWords } from "../words/words.tsx";
import styles from "./Footer.module.css";

export function Footer() {
  const { page } = useWords();
  return (
    <footer className={styles.foot}>
      <nav className={styles.links} aria-label={page.legal}>
        {Object.entries(page.legals).map(([path, text]) => (
          <Link key={path} href={`/${path}`} className={styles.link}>
            {text}
          </Link>
        ))}
        <a href="/docs" className={styles.link}>
          {page.about.api}
        </a>
      </nav>
    </footer>
  );
}
