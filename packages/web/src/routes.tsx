import { lazy, Suspense } from "react";
import { Choose, landing, type Screen, screen } from "./screen.tsx";
import { Skeleton } from "./ui/Show.tsx";

/** The addresses of the screens that few people open, so that the first script does not hold their names. */
const Others = lazy(async () => ({ default: (await import("./others.tsx")).Others }));

const HomeLater = screen(async () => (await import("./search/Home.tsx")).Home);

const Results = landing(async () => {
  const { Results, prepare } = await import("./search/Results.tsx");
  return { shown: Results, prepare };
});
const WatchPage = landing(async () => {
  const { WatchPage, prepare } = await import("./watch/WatchPage.tsx");
  return { shown: WatchPage, prepare };
});

/** Resolves when the first screen can be drawn with what it shows; at once where that is no landing. */
export async function ready({ pathname }: Location): Promise<void> {
  const id = /^\/watches\/([\w-]+)$/.exec(pathname)?.[1];
  if (pathname === "/search") await Results.ready({});
  else if (id && id !== "new") await WatchPage.ready({ id });
}

const screens: [path: string, screen: Screen][] = [
  ["/search", Results],
  ["/offers/:id", screen(async () => (await import("./search/OfferPage.tsx")).OfferPage)],
  ["/watches", screen(async () => (await import("./watch/Watches.tsx")).Watches)],
  ["/watches/new", screen(async () => (await import("./watch/NewWatch.tsx")).NewWatch)],
  ["/watches/:id", WatchPage],
  ["/watches/:id/why", screen(async () => (await import("./watch/Why.tsx")).Why)],
  ["/alerts", screen(async () => (await import("./alert/Alerts.tsx")).Alerts)],
  ["/alerts/:id", screen(async () => (await import("./alert/AlertPage.tsx")).AlertPage)],
  ["/alerts/:id/book", screen(async () => (await import("./alert/AlertOffers.tsx")).AlertOffers)],
  ["/trips", screen(async () => (await import("./trip/Trips.tsx")).Trips)],
  ["/trips/:id", screen(async () => (await import("./trip/TripPage.tsx")).TripPage)],
  ["/book/:id", screen(async () => (await import("./book/Book.tsx")).Book)],
  ["/sign-in", screen(async () => (await import("./account/SignIn.tsx")).SignIn)],
  ["/sign-up", screen(async () => (await import("./account/SignUp.tsx")).SignUp)],
  ["/account", screen(async () => (await import("./account/Account.tsx")).Account)],
  ["/places/:code", screen(async () => (await import("./place/PlacePage.tsx")).PlacePage)],
];

export function Screens({ home = HomeLater }: { home?: Screen | undefined }) {
  return (
    <Suspense fallback={<Skeleton height={120} count={3} />}>
      <Choose screens={[["/", home], ...screens]}>
        <Others />
      </Choose>
    </Suspense>
  );
}
