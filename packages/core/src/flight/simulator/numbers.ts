/**
 * Numbers of well-known flights as we remember them, checked against no timetable, in the order of their departures, and
 * when they leave (local time) where it matters for the flight that they meet. All others are drawn. Both directions of a
 * pair stand apart, as airlines number them.
 */
const table = `
BA LHRJFK 117@0825 115@0940 173@1115 175@1330 177@1450 179@1640 183@1810 169@1940
BA JFKLHR 178@0800 116@1030 172@1815 174@1915 176@2000 112@2130 114@2225 182@2255
BA LHRSIN 15@2105 11@1900
BA SINLHR 16@2310 12@2255
BA SINSYD 15@1930
BA SYDSIN 16@1455
QF LHRSIN 2@2030
QF SINLHR 1@2330
QF SYDSIN 1@1510 81@1100 291@2100
QF SINSYD 2@1930 82@2100 292@0930
AA LHRJFK 101 107 141 105
AA JFKLHR 142 106 100 104
VS LHRJFK 3 25 9 45 137
VS JFKLHR 26 4 10 46 138
DL JFKLHR 3 1
DL LHRJFK 2 4
QF PERLHR 9
QF LHRPER 10
SQ SINJFK 24
SQ JFKSIN 23
SQ SINEWR 22
SQ EWRSIN 21
SQ SINLHR 308 318 322 306
SQ LHRSIN 305 319 317 321
EK DXBLHR 7 29 1 3 31 5
EK LHRDXB 30 8 2 32 4 6
QR LHRDOH 10 8 16 6 4 2
QR DOHLHR 3 7 15 11 1 9
NZ AKLRAR 746@0905 748@1955
NZ RARAKL 747@1520 749@0230
FR STNBGY 2871 2873 2875 2877
FR BGYSTN 2872 2874 2876 2878`;

type Numbered = { number: number /** Minutes of the day. */; leaves: number | undefined };

export const numbers = new Map(
  table
    .trim()
    .split("\n")
    .map((line): [string, Numbered[]] => {
      const [airline = "", pair = "", ...flights] = line.split(" ");
      return [airline + pair, flights.map(read)];
    }),
);

function read(flight: string): Numbered {
  const [number, time] = flight.split("@");
  return { number: Number(number), leaves: time ? Number(time.slice(0, 2)) * 60 + Number(time.slice(2)) : undefined };
}
