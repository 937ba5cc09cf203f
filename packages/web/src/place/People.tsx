import { placeName } from "../data/names.ts";
import { useNamedPlaces } from "../data/places.ts";
import { NotFound } from "../ui/NotFound.tsx";
import { useTitle } from "../ui/title.ts";
import { usePostTexts } from "../words/posts.ts";
import styles from "./Posts.module.css";
import { Reviews } from "./Reviews.tsx";
import { Tips } from "./Tips.tsx";

/** All that people wrote about a place. */
export function People({ params }: { params: Record<string, string | undefined> }) {
  const code = (params.code ?? "").toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? <Page code={code} /> : <NotFound />;
}

function Page({ code }: { code: string }) {
  const words = usePostTexts();
  const { data: names } = useNamedPlaces([code]);
  const place = names?.get(code);
  const title = words.pageTitle(placeName(code, place ? { places: { [code]: place } } : {}));
  useTitle(title);
  if (names && !place) return <NotFound />;
  return (
    <div className={styles.page}>
      <header>
        <h1>{title}</h1>
        <p className={styles.small}>{words.pageNote}</p>
      </header>
      <div className={styles.columns}>
        <Tips code={code} />
        <Reviews code={code} />
      </div>
    </div>
  );
}
