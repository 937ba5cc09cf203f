import { useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { backOf } from "../account/back.ts";
import styles from "../account/Form.module.css";
import { useLink } from "../account/link.ts";
import { Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { usePayTexts } from "../words/pay.ts";

/** Lets a bank ask for the person that pays (3-D Secure), and leads back. */
export function Proof() {
  const words = usePayTexts();
  const link = useLink();
  const back = backOf(useSearch());
  const [, go] = useLocation();
  const [said, setSaid] = useState<string | null>(null);
  const clientSecret = link.get("secret") ?? "";
  const publicKey = link.get("key") ?? "";
  useTitle(words.proof);
  useEffect(() => {
    const ask = async () => (await import("./element.ts")).askBank({ clientSecret, publicKey, page: null });
    ask().then(
      (fault) => (fault === null ? go(back, { replace: true }) : setSaid(fault)),
      () => setSaid(words.notLoaded),
    );
  }, [clientSecret]);
  return (
    <div className={styles.form}>
      <h1>{words.proof}</h1>
      {said === null ? (
        <Skeleton height={160} />
      ) : (
        <>
          <div role="alert">
            <Notice tone="high">{said}</Notice>
          </div>
          <Link href={back} className={styles.target}>
            {words.goOn}
          </Link>
        </>
      )}
    </div>
  );
}
