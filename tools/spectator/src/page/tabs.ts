/**
 * On a narrow screen one panel is seen at a time: which one is what `data-tab` of `panels` says.
 */
export class Tabs {
  private readonly buttons: HTMLButtonElement[];

  constructor(
    bar: HTMLElement,
    private readonly panels: HTMLElement,
  ) {
    this.buttons = [...bar.querySelectorAll("button")];
    this.buttons.forEach((button, i) => {
      button.addEventListener("click", () => this.select(i));
      button.addEventListener("keydown", (event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step === 0) return;
        this.select((i + step + this.buttons.length) % this.buttons.length);
        this.buttons.find((one) => one.tabIndex === 0)?.focus();
      });
    });
    this.select(0);
  }

  private select(index: number): void {
    this.buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === index));
      button.tabIndex = i === index ? 0 : -1;
      if (i === index) this.panels.dataset["tab"] = button.dataset["tab"] ?? "";
    });
  }
}
