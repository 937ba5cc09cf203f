export type LegalPage = { title: string; parts: [heading: string, ...texts: string[]][] };

/** The legal pages, in British English. They are templates: what stands in brackets is for those who run the service. */
export const legal = {
  template: "This is a template. Those who run the service must fill in what stands in brackets and have it checked.",
  privacy: {
    title: "Privacy",
    parts: [
      ["Responsible", "[Name, address and e-mail address of the company that runs the service.]"],
      [
        "What we keep",
        "Your account: name, e-mail address, telephone number if you gave one, preferences, and your password only as a hash that cannot be turned back.",
        "What you watch, the alerts that you got, and the prices that were recorded for you.",
        "Your cards: brand, last four digits and expiry. Stripe, our payment service, keeps the numbers; they never come to us.",
        "Your searches, and where you are signed in: the kind of browser and a shortened network address.",
      ],
      [
        "What for",
        "To search flights for you, to watch their prices and to tell you. To protect your account. To count how the service is used. We sell nothing of it, and show no advertising.",
      ],
      [
        "For how long",
        "Sessions end 30 days after their last use. Searches go after thirteen months, records of sign-ins after a year, sent messages after 30 days. Everything else goes with your account, at once.",
      ],
      [
        "In this browser",
        "One cookie keeps you signed in, and one entry in the browser's storage keeps your choice of light or dark. Both are needed; there are no others for tracking.",
      ],
      [
        "Who else gets data",
        "[Names of those who host the service, send its mail and sell the flights, with their places.]",
      ],
      [
        "Your rights",
        "In your account you can read, change, copy and delete what we keep. You can also complain to [the authority].",
      ],
    ],
  } as LegalPage,
  terms: {
    title: "Terms",
    parts: [
      [
        "What the service does",
        "It shows prices of flights, records them, and tells you when a price meets your rules.",
      ],
      [
        "Prices",
        "A price is what a seller answered at the time that stands beside it. It can change until you book. Prices marked as simulated are made up.",
      ],
      [
        "Booking",
        "You book with the airline, by its seller; we pass on your order and your payment. The airline's own conditions hold for the flight: what is refunded and changed, and for how much, stands beside each offer before you book.",
        "A booking is made when its page says so. While it says that the airline has not answered, nothing is certain: do not book the same flights again.",
        "These terms hold since 1 November 2026. A booking keeps the version that you accepted.",
      ],
      ["Your account", "Keep your password and your keys for programs to yourself. One person, one account."],
      [
        "Fair use",
        "There are limits for searches and watches, so that all get their share. The API says when one is reached.",
      ],
      ["Liability", "[What the company is liable for, by the law that applies.]"],
      ["Law", "[The law that applies, and the court.]"],
    ],
  } as LegalPage,
  imprint: {
    title: "Imprint",
    parts: [
      ["Who runs this service", "[Name of the company and its legal form]", "[Street, place, country]"],
      ["Contact", "[E-mail address]", "[Telephone number]"],
      ["Register", "[Register, number, VAT number]"],
      ["Responsible for the content", "[Name, address]"],
    ],
  } as LegalPage,
  accessibility: {
    title: "Accessibility",
    parts: [
      [
        "What we aim for",
        "This site should meet WCAG 2.2, level AA: by keyboard alone, with a screen reader, enlarged to 400 %, in light and dark, and with less motion.",
      ],
      [
        "What is known",
        "The plot of prices can be read as a table. Logos and names of airlines come from others and may lack a translation.",
      ],
      ["Tell us", "If something hinders you, write to [e-mail address]. We answer within [two weeks]."],
      ["Enforcement", "[The authority that can be asked if our answer does not help.]"],
    ],
  } as LegalPage,
  numbers: {
    title: "Our numbers",
    ghosts: "Prices that were taken back",
    means:
      "Before we tell you of a price, we ask its provider whether it still holds; a price that is then taken back gives no alert. The share says how often that happened, by provider and month (UTC); under 30 prices it says too little to be shown.",
    month: "Month",
    provider: "Provider",
    wouldBe: "Prices to tell of",
    takenBack: "Taken back",
    few: "too few",
    none: "No numbers yet",
    noneNote: "They appear once watches have found prices worth an alert, and a provider was asked about them.",
  },
};
