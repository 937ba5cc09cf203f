export { conversion, Funnel, FunnelQuery } from "./analytics/conversion.ts";
export { flush } from "./analytics/flush.ts";
export { List, list, remove, removeAll, Search } from "./analytics/history.ts";
export { maintain } from "./analytics/maintain.ts";
export { recordSearch } from "./analytics/note.ts";
export { Paid, PaidQuery, paid } from "./analytics/paid.ts";
export { PatternQuery, Patterns, patterns } from "./analytics/pattern.ts";
export { Popular, PopularQuery, popular } from "./analytics/popular.ts";
export { Traffic, TrafficQuery, traffic } from "./analytics/traffic.ts";
