/** The names under which moment-timezone keeps UTC and GMT; all their names become UTC. */
export const utc = new Set(["Etc/UTC", "Etc/GMT-0", "Etc/GMT", "UTC"]);

/**
 * Former names whose current one does not follow from the data, because several current names have the same history
 * since 1970. The `backward` file of the IANA database
 * names the current one for each, for most of them after "#=". The last four stand for rules of the United States
 * without a place; since 2024b they are links to these.
 */
export const renamed: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara",
  "Africa/Timbuktu": "Africa/Bamako",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Virgin": "America/St_Thomas",
  "Antarctica/South_Pole": "Antarctica/McMurdo",
  "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
  "Pacific/Yap": "Pacific/Chuuk",
  "Asia/Rangoon": "Asia/Yangon",
  Iceland: "Atlantic/Reykjavik",
  Singapore: "Asia/Singapore",
  CST6CDT: "America/Chicago",
  EST5EDT: "America/New_York",
  MST7MDT: "America/Denver",
  PST8PDT: "America/Los_Angeles",
};
