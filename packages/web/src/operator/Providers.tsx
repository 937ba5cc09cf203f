import { useState } from "react";
import { type Provider, useProviders, useSwitchProvider } from "../data/operator.ts";
import { Ask } from "../ui/Ask.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Moment, Tag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

export function Providers() {
  return (
    <Frame part="providers">
      <List />
    </Frame>
  );
}

function List() {
  const { operator } = useSettings();
  const { providers: words } = operator;
  const providers = useProviders();
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <Answer of={providers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <Table
              label={operator.parts.providers}
              heads={[words.name, words.state, words.budget, words.asked, words.failedShare, words.rate, words.failed]}
            >
              {items.map((provider) => (
                <Row key={provider.name} of={provider} />
              ))}
            </Table>
          )
        }
      </Answer>
    </>
  );
}

function Row({ of: provider }: { of: Provider }) {
  const { operator } = useSettings();
  const { providers: words } = operator;
  const format = useFormat();
  const { asked = 0, ...others } = provider.today;
  const failed = Object.entries(others).reduce((sum, [name, count]) => sum + (isFailure(name) ? count : 0), 0);
  return (
    <tr>
      <th scope="row">{provider.name}</th>
      <td>
        <Tag tone={provider.enabled ? "low" : "plain"}>{provider.enabled ? words.on : words.off}</Tag>{" "}
        <Tag tone={provider.breaker === "open" ? "high" : "plain"}>{words.breaker[provider.breaker]}</Tag>
        <Switch of={provider} />
      </td>
      <td>
        <Budget of={provider} />
      </td>
      <td>{format.number(asked)}</td>
      <td>{asked === 0 ? "–" : `${format.percent(failed / asked)} (${format.number(failed)})`}</td>
      <td>
        {provider.rate ? `${format.number(provider.rate.remaining)} / ${format.number(provider.rate.limit)}` : "–"}
      </td>
      <td>{provider.lastFailureAt ? <Moment at={provider.lastFailureAt} /> : words.never}</td>
    </tr>
  );
}

const isFailure = (outcome: string) => /fail|error|timeout|unavailable/.test(outcome);

export function Budget({ of: { budget, shares, spent } }: { of: Provider }) {
  const { operator } = useSettings();
  const { providers: words } = operator;
  const format = useFormat();
  const all = format.number(spent.person + spent.background);
  if (budget === null) return words.noBudget(all);
  return (
    <>
      {words.spent(all, format.number(budget))}
      {shares && (
        <div className={styles.small}>
          {words.person(format.number(spent.person), format.number(shares.person))}
          <br />
          {words.background(format.number(spent.background), format.number(shares.background))}
        </div>
      )}
    </>
  );
}

/** Asks for the provider's name before it is switched: the change holds for everyone at once. */
function Switch({ of: provider }: { of: Provider }) {
  const { operator } = useSettings();
  const { providers: words } = operator;
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const change = useSwitchProvider(provider.name);
  const close = () => {
    setAsking(false);
    setTyped("");
  };
  const { name, enabled } = provider;
  const go = enabled ? words.turnOff : words.turnOn;
  return (
    <div>
      <Button kind="quiet" aria-label={`${go}: ${name}`} onClick={() => setAsking(true)}>
        {go}
      </Button>
      {isAsking && (
        <Ask
          title={enabled ? words.offAsk(name) : words.onAsk(name)}
          go={go}
          busy={change.isPending}
          error={change.error}
          disabled={typed.trim() !== name}
          onClose={close}
          onGo={() => change.mutate(!enabled, { onSuccess: close })}
        >
          <div className={styles.fields}>
            <p>{enabled ? words.offNote : words.onNote}</p>
            <Field
              label={words.typeName(name)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
        </Ask>
      )}
    </div>
  );
}
