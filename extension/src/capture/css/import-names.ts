// What an @import is called within its sheet: the address as written, and how many with the same stood before it. Its
// place among all imports would not do: browsers drop those whose supports() says no from the live rules.
export class ImportNames {
  private readonly seen_ = new Map<string, number>();

  /** In the order of the text. */
  of(url: string): string {
    const written = url.trim();
    const before = this.seen_.get(written) ?? 0;
    this.seen_.set(written, before + 1);
    return `${before} ${written}`;
  }
}
