import { type ImportRun, useImports } from "../data/moved.ts";
import { More } from "../ui/More.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Moment } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useMovedTexts } from "../words/moved.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

/** The importer's runs: what became of the rows of the old files, and why. */
export function Imports() {
  return (
    <Frame part="imports">
      <List />
    </Frame>
  );
}

function List() {
  const { imports: words } = useMovedTexts();
  const runs = useImports();
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <Answer of={runs}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={words.empty} />;
          return (
            <>
              {items.map((run) => (
                <Run key={run.id} of={run} />
              ))}
              <More of={runs} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

const columns = ["read", "imported", "merged", "unchanged", "kept", "left", "rejected"];

function Run({ of: { startedAt, endedAt, files, counts, reasons } }: { of: ImportRun }) {
  const { imports: words } = useMovedTexts();
  const format = useFormat();
  const title = words.run(format.moment(startedAt));
  return (
    <section className={styles.run}>
      <h2>{title}</h2>
      <p className={styles.small}>
        {files.join(", ")} · {endedAt === null ? words.running : words.ended(format.moment(endedAt))} ·{" "}
        <Moment at={startedAt} />
      </p>
      <Table label={title} heads={words.heads}>
        {Object.entries(counts).map(([table, fates]) => (
          <tr key={table}>
            <th scope="row">{table}</th>
            {columns.map((column) => (
              <td key={column}>{format.number(fates[column] ?? 0)}</td>
            ))}
            <td>
              {Object.entries(reasons[table] ?? {})
                .map(([code, count]) => `${code} ${count}`)
                .join(", ")}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
