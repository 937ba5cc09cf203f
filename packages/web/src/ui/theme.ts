import { storage } from "../data/storage.ts";

export type Theme = "system" | "light" | "dark";
const key = "theme";

export function themeOf(): Theme {
  const kept = storage()?.getItem(key);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function setTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    storage()?.setItem(key, theme);
  } catch {
    // Kept for this visit only.
  }
}

/** Shows the page as it was chosen on an earlier visit. */
export function keepTheme(): void {
  const theme = themeOf();
  if (theme !== "system") document.documentElement.dataset.theme = theme;
}
