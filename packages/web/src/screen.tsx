import { type ComponentType, lazy, type ReactNode } from "react";
import { Route, Switch } from "wouter";

export type Screen = ComponentType<{ params: Record<string, string | undefined> }>;

/** A screen that is loaded when it is opened. Those of src/first.ts come beside the client, not after it. */
export const screen = (load: () => Promise<Screen>) => lazy(async () => ({ default: await load() }));

/** Shows the screen of the address; `children` where it is none of these. */
export function Choose({ screens, children }: { screens: [path: string, screen: Screen][]; children: ReactNode }) {
  return (
    <Switch>
      {screens.map(([path, Shown]) => (
        <Route key={path} path={path}>
          {(params) => <Shown params={params as Record<string, string | undefined>} />}
        </Route>
      ))}
      <Route>{children}</Route>
    </Switch>
  );
}
