/** Text as it stands in XML 1.0, in an element or an attribute; what no XML may hold is left out. */
export function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to leave out.
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "");
  return allowed.replace(/[&<>"'\r]/g, (sign) => xmlSigns[sign] ?? "");
}
const xmlSigns: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
};

/** Text as it stands in a property of iCalendar (RFC 5545, 3.3.11). */
export function calendarText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text may hold them.
  const allowed = text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f\u007f]|\p{Surrogate}/gu, "");
  return allowed.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
}

/** The most bytes of a line. */
const most = 75;

/** A line of iCalendar, folded before the 75th byte and never within a character (RFC 5545, 3.1). */
function folded(line: string): string {
  const lines = [""];
  let size = 0;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (size + bytes > most) {
      lines.push(" ");
      size = 1;
    }
    lines[lines.length - 1] += character;
    size += bytes;
  }
  return lines.join("\r\n");
}

/** An instant in UTC as iCalendar writes it: `20270209T193500Z`. `at` is RFC 3339 or a Date's milliseconds. */
export const calendarMoment = (at: string | number) =>
  `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** A whole calendar (RFC 5545) of these lines. `product` says which part of the product wrote it. */
export function calendarFile(product: string, lines: string[]): string {
  const all = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:-//Travel Conductor//${product}//EN`,
    "CALSCALE:GREGORIAN",
    ...lines,
    "END:VCALENDAR",
  ];
  return all.map((line) => `${folded(line)}\r\n`).join("");
}
