/** What went wrong with the account, by the problem's code, in German. */
export const codes: Record<string, string> = {
  "session.unproven": "Nichts wurde geändert: Dazu gehört Ihr Passwort oder ein Passkey.",
  "session.outrun": "Ihr Konto hat sich in diesem Moment geändert. Melden Sie sich noch einmal an.",
  "session.unavailable":
    "Ob Sie angemeldet sind, lässt sich gerade nicht prüfen. Versuchen Sie es in Kürze noch einmal.",
  "user.unproven": "Bestätigen Sie zuerst Ihre E-Mail-Adresse: Öffnen Sie den Link, den wir dorthin gesendet haben.",
  "user.ticket": "Mehr als 5 Minuten sind vergangen. Beginnen Sie noch einmal mit dem Passwort.",
  "user.preference": "Einen dieser Codes kennen wir nicht.",
  "user.missing": "Dieses Konto gibt es nicht mehr.",
  "factor.code":
    "Dieser Code ist falsch, zu alt oder schon benutzt. Warten Sie auf den nächsten, oder nehmen Sie einen Ersatzcode.",
  "factor.needed": "Ihr Konto verlangt auch einen Code.",
  "factor.on": "Die Codes sind schon an. Schalten Sie sie zuerst aus, um eine andere App zu benutzen.",
  "factor.off": "Die Codes sind aus. Richten Sie zuerst eine App ein.",
  "factor.unavailable": "Codes lassen sich hier gerade nicht prüfen. Nehmen Sie einen Ersatzcode oder einen Passkey.",
  "passkey.refused":
    "Dieser Passkey ist hier nicht bekannt, oder es dauerte zu lange. Noch einmal, oder nehmen Sie Ihr Passwort.",
  "passkey.invalid":
    "Der Passkey ließ sich nicht hinzufügen: Es dauerte zu lange, oder Ihr Gerät hat Sie nicht geprüft.",
  "passkey.duplicate": "Diesen Passkey haben Sie schon.",
  "passkey.limit": "Sie haben 20 Passkeys. Entfernen Sie zuerst einen.",
  "passkey.missing": "Diesen Passkey gibt es nicht mehr.",
  "key.limit": "Sie haben 20 Schlüssel. Widerrufen Sie zuerst einen.",
  "key.missing": "Diesen Schlüssel gibt es nicht mehr.",
  "export.ready": "Ihre Kopie ist fertig: Der Link steht in Ihrer E-Mail.",
  "export.missing": "Dieser Link ist zu alt oder gehört zu einem anderen Konto. Fordern Sie eine neue Kopie an.",
  "operator.required": "Das ist nur für den Betrieb.",
  "channel.off": "An diesen Kanal geht zurzeit nichts.",
  "message.missing": "Diese Nachricht gibt es nicht mehr.",
  "message.forgotten": "Der Text dieser Nachricht ist nicht aufbewahrt.",
  "message.unfailed": "Sie ist schon gesendet oder wartet.",
  "provider.unknown": "Einen Anbieter dieses Namens gibt es nicht.",
  "provider.untold": "Es ist gespeichert, aber noch nicht überall bekannt. In einer Minute noch einmal.",
  "request.invalid": "Sehen Sie nach, was Sie eingegeben haben: Etwas passt nicht.",
  "service.unavailable": "Ein Teil des Dienstes antwortet gerade nicht. Versuchen Sie es in Kürze noch einmal.",
  "service.outdated": "Der Dienst wird gerade erneuert. Versuchen Sie es gleich noch einmal.",
  "service.unexpected": "Der Dienst hat einen Fehler. Versuchen Sie es später noch einmal.",
};

/** What is wrong with a field, by what the API says of it. */
export const faults: Record<string, string> = {
  "must be in E.164 form, such as +442079460000": "Mit Plus und Ländervorwahl, etwa +493012345678.",
  "must contain a letter": "Hier fehlt ein Buchstabe.",
  "must have 1 to 100 characters": "Zwischen 1 und 100 Zeichen.",
  "must have 8 to 256 characters": "Zwischen 8 und 256 Zeichen.",
  "must be an e-mail address": "Das ist keine E-Mail-Adresse.",
  "is no airport we know": "Diesen Flughafen kennen wir nicht.",
  "is required": "Das wird gebraucht.",
};
