import { Notice } from "../ui/Notice.tsx";
import { useTitle } from "../ui/title.ts";
import { useLegal } from "../words/legal.ts";
import styles from "./Legal.module.css";

export const Privacy = () => <Page name="privacy" />;
export const Terms = () => <Page name="terms" />;
export const Imprint = () => <Page name="imprint" />;
export const Accessibility = () => <Page name="accessibility" />;

function Page({ name }: { name: "privacy" | "terms" | "imprint" | "accessibility" }) {
  const words = useLegal();
  const { title, parts } = words[name];
  useTitle(title);
  return (
    <article className={styles.page}>
      <h1>{title}</h1>
      <Notice tone="typical">{words.template}</Notice>
      {parts.map(([heading, ...texts]) => (
        <section key={heading} className={styles.part}>
          <h2>{heading}</h2>
          {texts.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </section>
      ))}
    </article>
  );
}
