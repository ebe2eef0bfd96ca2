type Labels = Readonly<Record<string, string>>;

const LONGEST_VALUE = 120;

/**
 * The series of one metric, found by their label values, at most `limit` of them: what comes later is counted under
 * `other`, so that no client can fill the memory by inventing values.
 */
export class SeriesLimit<Series> {
  private readonly series = new Map<string, Series>();

  constructor(
    private readonly labels: readonly string[],
    private readonly limit: number,
    private readonly create: (labels: Record<string, string>) => Series,
    private readonly onRefusal: () => void,
  ) {}

  of(values: Labels): Series {
    const key = this.labels.length === 1 ? values[this.labels[0]!]! : this.keyOf(values);
    const known = this.series.get(key);
    if (known !== undefined) return known;
    if (this.series.size >= this.limit && this.labels.length > 0) {
      this.onRefusal();
      return this.other();
    }
    return this.add(key, values);
  }

  /** Forgets the series with this value of the label, and answers all labels of each. */
  drop(label: string, value: string): Record<string, string>[] {
    const index = this.labels.indexOf(label);
    const keys = index < 0 ? [] : [...this.series.keys()].filter((key) => key.split('\n')[index] === value);
    return keys.map((key) => {
      this.series.delete(key);
      const values = key.split('\n');
      return this.shown(Object.fromEntries(this.labels.map((name, at) => [name, values[at]!])));
    });
  }

  private shown(values: Labels): Record<string, string> {
    return Object.fromEntries(
      this.labels.map((label) => [label, String(values[label]).slice(0, LONGEST_VALUE)]),
    );
  }

  private keyOf(values: Labels): string {
    let key = '';
    for (const label of this.labels) key += `${values[label]}\n`;
    return key;
  }

  private add(key: string, values: Labels): Series {
    const created = this.create(this.shown(values));
    this.series.set(key, created);
    return created;
  }

  private other(): Series {
    const values = Object.fromEntries(this.labels.map((label) => [label, 'other']));
    const key = this.labels.length === 1 ? 'other' : this.keyOf(values);
    return this.series.get(key) ?? this.add(key, values);
  }
}
