/** A script of its own, loaded before the first paint. */
import { chosenTheme, showTheme } from "./model/theme.ts";

showTheme(chosenTheme());
