import { Choose, type Screen, screen } from "./screen.tsx";
import { NotFound } from "./ui/NotFound.tsx";

const screens: [path: string, screen: Screen][] = [
  ["/find", screen(async () => (await import("./find/FindPage.tsx")).FindPage)],
  ["/help", screen(async () => (await import("./find/HelpPages.tsx")).HelpPages)],
  ["/help/:name", screen(async () => (await import("./find/HelpPage.tsx")).HelpPage)],
  ["/shared/:token", screen(async () => (await import("./trip/SharedTrip.tsx")).SharedTrip)],
  ["/do", screen(async () => (await import("./channel/DoLink.tsx")).DoLink)],
  ["/moved", screen(async () => (await import("./moved/MovedPage.tsx")).MovedPage)],
  ["/forgot", screen(async () => (await import("./account/Forgot.tsx")).Forgot)],
  ["/verify", screen(async () => (await import("./account/MailLinks.tsx")).Verify)],
  ["/reset", screen(async () => (await import("./account/MailLinks.tsx")).Reset)],
  ["/email", screen(async () => (await import("./account/MailLinks.tsx")).EmailChange)],
  ["/account/profile", screen(async () => (await import("./account/Profile.tsx")).Profile)],
  ["/account/preferences", screen(async () => (await import("./account/Preferences.tsx")).Preferences)],
  ["/account/channels", screen(async () => (await import("./channel/Channels.tsx")).Channels)],
  ["/account/channels/:id", screen(async () => (await import("./channel/Log.tsx")).Log)],
  ["/account/payment-methods", screen(async () => (await import("./pay/Cards.tsx")).Cards)],
  ["/pay/card", screen(async () => (await import("./pay/NewCard.tsx")).NewCard)],
  ["/pay/proof", screen(async () => (await import("./pay/Proof.tsx")).Proof)],
  ["/account/travelers", screen(async () => (await import("./traveler/Travelers.tsx")).Travelers)],
  ["/account/posts", screen(async () => (await import("./place/MyPosts.tsx")).MyPosts)],
  ["/account/security", screen(async () => (await import("./account/Security.tsx")).Security)],
  ["/account/data", screen(async () => (await import("./account/Data.tsx")).Data)],
  ["/account/export/:id", screen(async () => (await import("./account/ExportLink.tsx")).ExportLink)],
  ["/account/keys", screen(async () => (await import("./account/Keys.tsx")).Keys)],
  ["/account/sessions", screen(async () => (await import("./account/Sessions.tsx")).Sessions)],
  ["/operator", screen(async () => (await import("./operator/State.tsx")).State)],
  ["/operator/providers", screen(async () => (await import("./operator/Providers.tsx")).Providers)],
  ["/operator/bookings", screen(async () => (await import("./operator/Bookings.tsx")).Bookings)],
  ["/operator/deliveries", screen(async () => (await import("./operator/Deliveries.tsx")).Deliveries)],
  ["/operator/conversion", screen(async () => (await import("./operator/Conversion.tsx")).Conversion)],
  ["/operator/guides", screen(async () => (await import("./operator/Guides.tsx")).Guides)],
  ["/operator/guides/:code", screen(async () => (await import("./operator/GuideEditor.tsx")).GuideEditor)],
  ["/operator/imports", screen(async () => (await import("./operator/Imports.tsx")).Imports)],
  ["/operator/posts", screen(async () => (await import("./operator/Posts.tsx")).Posts)],
  ["/operator/searches", screen(async () => (await import("./operator/Searches.tsx")).Searches)],
  ["/places", screen(async () => (await import("./place/Places.tsx")).Places)],
  ["/places/:code/people", screen(async () => (await import("./place/People.tsx")).People)],
  ["/numbers", screen(async () => (await import("./legal/Numbers.tsx")).Numbers)],
  ["/privacy", screen(async () => (await import("./legal/Legal.tsx")).Privacy)],
  ["/terms", screen(async () => (await import("./legal/Legal.tsx")).Terms)],
  ["/imprint", screen(async () => (await import("./legal/Legal.tsx")).Imprint)],
  ["/accessibility", screen(async () => (await import("./legal/Legal.tsx")).Accessibility)],
];

/** The screens that few people open, and the answer to any other address. */
export function Others() {
  return (
    <Choose screens={screens}>
      <NotFound />
    </Choose>
  );
}
