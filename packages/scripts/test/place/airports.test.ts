import { readFile } from "node:fs/promises";
import * as Airport from "@travel-conductor/core/airport";
import { kilometers, type Spot } from "@travel-conductor/core/base/earth";
import { find } from "geo-tz/all";
import { expect, test } from "vitest";
import { fold } from "../../src/place/city.ts";
import { corrections } from "../../src/place/corrections.ts";
import { squares } from "../../src/place/near.ts";
import { table, towns } from "../../src/place/sources.ts";
import { build } from "../../src/places.ts";
import { reserved, schedules } from "./others.ts";

const airports = [...Airport.all().values()];

test("the data in the tree is what the script builds from the packages and tables", async () => {
  const built = build();
  const inTree = (file: string) => readFile(new URL(`../../../core/data/${file}`, import.meta.url), "utf8");
  for (const file of ["airports.json", "airlines.json", "cities.json"])
    expect((await inTree(file)) === built[file], `${file}: npm run places writes another one`).toBe(true);
  // The names of countries come from the runtime, and may be spelled otherwise in another version.
  const countries = (text = "") => JSON.parse(text).rows.map(([code]: [string]) => code);
  expect(countries(await inTree("countries.json"))).toEqual(countries(built["countries.json"]));
});

test("each correction is of an airport that is sold, or closes one", () => {
  const sold = new Set(airports.map(({ code }) => code));
  const ofAirports = corrections.filter(({ field }) => field !== "airline" && field !== "ended");
  for (const { code, field } of ofAirports)
    expect([code, field, sold.has(code)]).toEqual([code, field, field !== "closed"]);
});

/** Fields whose zone is another than that of the ground they lie on. */
const across: Record<string, string> = {
  OOL: "lies on the border of two states, and keeps the time of Queensland",
  DEE: "the Kurils keep the time of Sakhalin, under whichever of two names",
};

test("every airport's zone is that of the boundaries it lies in", () => {
  const wrong = airports.filter(({ code, timeZone, location: { latitude, longitude } }) => {
    return !(code in across) && !find(latitude, longitude).includes(timeZone);
  });
  expect(wrong.map(({ code, timeZone }) => `${code} ${timeZone}`)).toEqual([]);
});

const town = squares(
  towns.map(({ name, loc }) => ({ name: fold(name), latitude: loc.coordinates[1], longitude: loc.coordinates[0] })),
);
const others = (code: string) => [reserved.get(code), schedules.get(code)].filter((other) => other !== undefined);

/** Airports that neither source has at this place. */
const alone = {
  "opened since, or in one source only": "AYJ DXJ GBI HJB JBK LGZ LKM LSR RSI SBT SMT TRT UKE VSV WGN",
  "heliports of Greenland": "IOT QFG QFN QFX QUV",
  "the other source has the wrong place": "CKW CWS CYC FGU HAL LCB OUI PTA RKI WWP",
};

test("every airport lies where an independent source has it, or at a town of its city's name", () => {
  const lost = airports.filter(({ code, city, location }) => {
    const isNear = (place: Spot) => kilometers(location, place) < 60;
    return !others(code).some(isNear) && !town(location, 100).some(({ name }) => name === fold(city));
  });
  expect(lost.map(({ code }) => code).join(" ")).toBe(Object.values(alone).join(" ").split(" ").sort().join(" "));
});

/** Names that no source of others has: new spellings, islands, and fields that are too new or too small for them. */
const lookedUp = (
  "AHE Ahe Atoll,AXF Bayanhot,AYJ Ayodhya,BAS Balalai Island,BDU Målselv,BOT Bosset,BRW Utqiaġvik,BYR Læsø Island," +
  "CCC Cayo Coco,CDP Kadapa,CNP Jameson Land,CWJ Lincang,DTD Longpahangai,DTU Heihe," +
  "DXJ Xiangxi Biancheng,ELG El Menia,ELQ Buraidah,GBI Kalaburagi,GEC Lefkoniko,GTA Nggatokae Island,HJB Hejing," +
  "HQL Tashqorghan,HSA Turkistan,IBB Isabela,IOT Illorsuit,JBK Qitai,KAC Qamishly,KHM Hkāmpti,KPW Keperveem," +
  "KQT Bokhtar,KTD Kitadaitōjima,KYD Lan Yu,LGZ Shannan,LSR Kutacane,MAH Mahón,MMD Minamidaito,NAH Tahuna," +
  "NKI Naukati Bay,NNR Inverin,NUM Sharma,OKE Okinoerabu,OUI Ouessant,PKP Pukapuka,QFG Eqalugaarsuit,QFI Iginniarfik," +
  "QFN Narsaq Kujalleq,QFX Igaliku,QRY Ikerasaarsuk,QUV Aappilattoq,RSI Red Sea Project,RUL Gaddhoo Island,SCR Sälen," +
  "SEU Serengeti National Park,SMT Sorriso,SNB Milikapiti,SSB Christiansted,TBH Tablas Island,THO Þórshöfn," +
  "TNM King George Island,TRT Toraja,TVU Taveuni,UAP Ua Pou Island,UKE Utkela,VSV Shravasti,WGN Shaoyang,WNI Wakatobi," +
  "WXN Wanzhou,YOG Marten Falls First Nation"
).split(",");

test("every airport's city has the name of a town near it, or that which another source gives", () => {
  const groups = table("cities.tsv").map(([, names = "", codes = ""]) => ({ names: fold(names), codes }));
  const strange = airports.filter(({ code, city, country, location }) => {
    const told = others(code).filter((other) => kilometers(location, other) < 150 || other.country === country);
    const heard = [
      ...told.flatMap(({ city, name }) => [city, name]).map(fold),
      ...town(location, 100).map(({ name }) => name),
      ...groups.filter(({ codes }) => codes.includes(code)).map(({ names }) => names),
    ].join(" | ");
    const words = fold(city)
      .split(" ")
      .filter((word) => word.length > 3);
    return !(heard.includes(fold(city)) || words.some((word) => heard.includes(word)));
  });
  expect(strange.map(({ code, city }) => `${code} ${city}`)).toEqual(lookedUp);
});
