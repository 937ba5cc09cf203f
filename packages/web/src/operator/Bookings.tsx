import { useAttention } from "../data/operator.ts";
import { More } from "../ui/More.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Moment, Price } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useTripTexts } from "../words/trips.ts";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

/** Bookings that need a person: what is wrong, and by which ids it is found at the seller and at Stripe. */
export function Bookings() {
  return (
    <Frame part="bookings">
      <List />
    </Frame>
  );
}

function List() {
  const { operator: words, statuses, payments, because: reasons } = useTripTexts();
  const bookings = useAttention();
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <Answer of={bookings}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={words.empty} />;
          return (
            <>
              <Table label={words.title} heads={words.heads}>
                {items.map(({ id, reference, status, payment, because, order, charge, total, since }) => (
                  <tr key={id}>
                    <th scope="row">{reference}</th>
                    <td>{statuses[status]}</td>
                    <td>{payments[payment]}</td>
                    <td>{because === null ? "" : (reasons[because] ?? because)}</td>
                    <td>
                      <Price of={total} />
                    </td>
                    <td>{order}</td>
                    <td>{charge}</td>
                    <td>
                      <Moment at={since} />
                    </td>
                  </tr>
                ))}
              </Table>
              <More of={bookings} />
            </>
          );
        }}
      </Answer>
    </>
  );
}
