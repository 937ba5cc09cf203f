import { type ComponentType, lazy, type ReactNode, useState } from "react";
import { Route, Switch } from "wouter";

type Params = Record<string, string | undefined>;
export type Screen = ComponentType<{ params: Params }>;

/** A screen that is loaded when it is opened. Those of src/first.ts come beside the client, not after it. */
export const screen = (load: () => Promise<Screen>) => lazy(async () => ({ default: await load() }));

/**
 * A screen that people land on. Before the page is drawn for the first time, `ready` loads it and what it shows, so that
 * it is drawn at once, and once.
 */
export function landing(load: () => Promise<{ shown: Screen; prepare: (params: Params) => Promise<unknown> }>) {
  let now: Screen | undefined;
  const Later = screen(async () => (await load()).shown);
  const Landing = ({ params }: { params: Params }) => {
    // What it has begun with stays, also when the other comes meanwhile.
    const [Shown] = useState(() => now ?? Later);
    return <Shown params={params} />;
  };
  const ready = async (params: Params) => {
    const { shown, prepare } = await load();
    now = shown;
    await prepare(params);
  };
  return Object.assign(Landing, { ready });
}

/** Shows the screen of the address; `children` where it is none of these. */
export function Choose({ screens, children }: { screens: [path: string, screen: Screen][]; children: ReactNode }) {
  return (
    <Switch>
      {screens.map(([path, Shown]) => (
        <Route key={path} path={path}>
          {(params) => <Shown params={params as Params} />}
        </Route>
      ))}
      <Route>{children}</Route>
    </Switch>
  );
}
