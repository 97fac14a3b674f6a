/** The browser's notifications: only where the user has switched them on by a button. */
import { useState } from "react";
import { deviceStorage } from "./storage.ts";

const KEY = "bizbuch-chat/notifications";

/** `blocked`: the browser has been told to refuse; only its own settings can change that. */
export type NotificationSetting = "on" | "off" | "blocked" | "unsupported";

export interface NotificationText {
  readonly title: string;
  readonly body: string;
  /** One with the same tag takes its place, also from another tab. */
  readonly tag: string;
  readonly onClick: () => void;
}

/** The setting, and how to switch it; the browser asks the user where it has not yet. */
export function useNotificationSetting(): readonly [NotificationSetting, () => void] {
  const [setting, setSetting] = useState(readSetting);
  async function toggle() {
    const turnOn = setting === "off" && (await Notification.requestPermission()) === "granted";
    deviceStorage.set(KEY, turnOn ? "on" : null);
    setSetting(readSetting());
  }
  return [setting, () => void toggle()];
}

/** Shows a notification, where they are on. */
export function showNotification({ title, body, tag, onClick }: NotificationText): void {
  if (readSetting() !== "on") return;
  try {
    const notification = new Notification(title, { body, tag, icon: "/icon.svg" });
    notification.addEventListener("click", () => {
      window.focus();
      onClick();
      notification.close();
    });
  } catch {
    // Browsers on phones have the class, but allow it to service workers only.
  }
}

function readSetting(): NotificationSetting {
  if (!("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && deviceStorage.get(KEY) === "on" ? "on" : "off";
}
