import type { Carrier } from "./carriers.ts";

/** The members of Star Alliance, oneworld and SkyTeam: from memory of 2025. */
const alliances = `
A3 AC AI AV BR CA CM ET LH LO LX MS NH NZ OS OU OZ SA SN SQ TG TK TP UA ZH
AA AS AT AY BA CX FJ IB JL MH QF QR RJ UL WY
AF AM AR CI DL GA KE KL KQ ME MF MU RO SK SV UX VN VS`;

/** An airline, then others with which it sells tickets beyond an alliance: large agreements alone, from memory of 2025. */
const agreements = `
EK AC FZ QF UA TP KE SA GA MH TG
EY AF KL B6 MU SV NH GA
QR B6 6E VA CZ
TK 6E B6 J2 HY
CZ AA BA AF KL
LA DL IB QR BA
G3 AA AF KL
AD UA TP
VA UA NZ
WS DL AF KL QF
AS B6 FI HA
HA JL KE VA
LH EW LG BT
LX EW LG
OS EW LG
SN EW
AF TO BT UU TN MK
KL HV BT
BA VY LM EI
IB VY EI
QR VY PG
AA EI
UA EI
B6 EI FI SQ
6E AF KL VS QF MH GA
QF JQ SB PX IE
JL JQ
SQ TR
KE LJ
OZ BX RS
CX UO
AK D7 FD QZ XJ Z2
D7 FD QZ XJ Z2
FD XJ QZ
VJ VZ
G9 3O E5 3L
NH NQ
FI WN
CI WN
BR WN`;

/** The partners of each airline that has some. */
export const partners = new Map<string, Set<string>>();
for (const group of alliances.trim().split("\n")) {
  const members = group.split(" ");
  for (const member of members) partners.set(member, new Set(members));
}
for (const [airline = "", ...others] of agreements
  .trim()
  .split("\n")
  .map((line) => line.split(" "))) {
  for (const other of others) {
    partners.set(airline, (partners.get(airline) ?? new Set()).add(other));
    partners.set(other, (partners.get(other) ?? new Set()).add(airline));
  }
}

/**
 * How close two airlines are on one ticket: 0 for one airline, 1 for partners, 2 for two others that take each other's
 * tickets, as nearly all do; undefined where no ticket is sold. A low-cost airline takes those of its partners alone.
 */
export function bond(seller: Carrier, other: Carrier): 0 | 1 | 2 | undefined {
  if (seller === other) return seller.kind !== "low" || seller.hubs.size > 0 ? 0 : undefined;
  if (partners.get(seller.code)?.has(other.code)) return 1;
  return seller.kind === "low" || other.kind === "low" ? undefined : 2;
}

/** Whether an airline has flights on the tickets of others. */
export const isShared = ({ code, kind }: Carrier): boolean => kind !== "low" || partners.has(code);
