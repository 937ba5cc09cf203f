/** What the bot answers. */
export type Said = "started" | "used" | "expired" | "unknown" | "stopped" | "nothing" | "help";

const en: Record<Said, string> = {
  started: "This chat is connected. Alerts of your watches will come here. Send /stop to pause them.",
  used: "This link was used already. Add another Telegram channel in your account to connect this chat.",
  expired: "This link has expired. Remove the channel in your account, and add it again.",
  unknown: "This link is not known. Add a Telegram channel in your account, and open the link that it shows.",
  stopped: "Alerts are paused here. Turn the channel on again in your account.",
  nothing: "There is nothing to pause: no alerts come to this chat.",
  help: "Add a Telegram channel in your account, and open the link that it shows. Send /stop to pause alerts here.",
};

const de: Record<Said, string> = {
  started: "Dieser Chat ist verbunden. Meldungen Ihrer Beobachtungen kommen hierher. Mit /stop halten Sie sie an.",
  used: "Dieser Link wurde schon benutzt. Fügen Sie in Ihrem Konto einen weiteren Telegram-Kanal hinzu.",
  expired: "Dieser Link ist abgelaufen. Entfernen Sie den Kanal in Ihrem Konto und fügen Sie ihn neu hinzu.",
  unknown:
    "Dieser Link ist nicht bekannt. Fügen Sie in Ihrem Konto einen Telegram-Kanal hinzu und öffnen Sie dessen Link.",
  stopped: "Meldungen sind hier angehalten. Im Konto schalten Sie den Kanal wieder ein.",
  nothing: "Es gibt nichts anzuhalten: In diesen Chat kommen keine Meldungen.",
  help: "Fügen Sie in Ihrem Konto einen Telegram-Kanal hinzu und öffnen Sie dessen Link. Mit /stop halten Sie Meldungen an.",
};

/** In the language of the account (BCP 47), or else of the person's Telegram; in English where we have no others. */
export const wordsOf = (said: Said, language: string | undefined): string =>
  (/^de(-|$)/i.test(language ?? "") ? de : en)[said];
