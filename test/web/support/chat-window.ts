/** The app in a browser window, seen as its user sees it. */
import type { BrowserContext, Locator, Page } from "playwright-core";

/** What went wrong in a page without anybody looking. */
export type Faults = string[];

export class ChatWindow {
  readonly page: Page;
  readonly faults: Faults = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("dialog", (dialog) => this.faults.push(`a dialog: ${dialog.message()}`));
    page.on("console", (message) => {
      if (/Content Security Policy|Trusted ?Type/i.test(message.text())) this.faults.push(message.text());
    });
  }

  /** Opens the app in a new tab. */
  static async open(context: BrowserContext, url: string): Promise<ChatWindow> {
    const window = new ChatWindow(await context.newPage());
    await window.page.goto(url);
    return window;
  }

  get input(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  get log(): Locator {
    return this.page.getByRole("log");
  }

  /** The texts of the messages, oldest first. */
  texts(): Promise<string[]> {
    return this.page.locator(".message .text").allTextContents();
  }

  /** The messages with exactly this text. */
  message(text: string): Locator {
    return this.page.locator(".message").filter({ has: this.page.getByText(text, { exact: true }) });
  }

  async send(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** Waits until one's own message has come so far. */
  async waitForStatus(text: string, status: "Sending" | "Sent" | "Delivered" | "Read"): Promise<void> {
    await this.message(text).getByRole("img", { name: status }).waitFor();
  }

  /** The list's link to the conversation with somebody. */
  item(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name });
  }
}
