/** Light, dark, or whatever the system has. */
import { deviceStorage } from "./storage.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "bizbuch-chat/theme";

/** The theme that was chosen on this device. */
export function chosenTheme(): Theme {
  return THEMES.find((theme) => theme === deviceStorage.get(KEY)) ?? "system";
}

/** Shows a theme; the styles follow the attribute. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Shows a theme from now on. */
export function chooseTheme(theme: Theme): void {
  deviceStorage.set(KEY, theme === "system" ? null : theme);
  showTheme(theme);
}
