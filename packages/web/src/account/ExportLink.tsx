import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { fetchExport } from "../data/export.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useSettings } from "../words/settings.ts";
import styles from "./Form.module.css";
import { useLink } from "./link.ts";

/** The page of the link to an export: its files go only to a browser that is signed in to the account. */
export function ExportLink({ params: { id = "" } }: { params: { id?: string } }) {
  const { data: words } = useSettings();
  useTitle(words.exportReady);
  const link = useLink();
  const isTable = link.get("format") === "csv";
  const formats = isTable ? (["csv", "json"] as const) : (["json", "csv"] as const);
  return (
    <div className={styles.form}>
      <h1>{words.exportReady}</h1>
      <p>{words.exportReadyNote}</p>
      <SignedIn note={words.exportSignIn}>
        {formats.map((format, index) => (
          <Download
            key={format}
            kind={index === 0 ? "main" : "plain"}
            fetch={() => fetchExport(id, link.get("token") ?? "", format)}
          >
            {words.exportAs[format]}
          </Download>
        ))}
      </SignedIn>
      <Link href="/account/data">{words.exportAgain}</Link>
    </div>
  );
}

function Download({
  kind,
  fetch,
  children,
}: {
  kind: "main" | "plain";
  fetch: () => Promise<number>;
  children: string;
}) {
  const { data: words } = useSettings();
  const download = useMutation({ mutationFn: fetch });
  return (
    <>
      <Action kind={kind} busy={download.isPending} onClick={() => download.mutate()}>
        {children}
      </Action>
      <div role="status">{download.isSuccess && <Notice tone="low">{words.exportSaved(download.data)}</Notice>}</div>
      <FaultOf error={download.error} />
    </>
  );
}
