import { csvCell, csvLines, prefersCsv } from './csv.js';

async function textOf<Row>(columns: Parameters<typeof csvLines<Row>>[0], rows: Row[]): Promise<string> {
  let text = '';
  for await (const block of csvLines(columns, rows)) text += block;
  return text;
}

/** The grammar of RFC 4180, read by nothing of the writer's. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(cell.lastIndex === 0 || row.length === 0).toBe(true);
  return rows;
}

describe('a CSV table', () => {
  it('is RFC 4180: a header, CRLF, quotes only where they are needed, doubled within', async () => {
    const columns = { name: (row: string[]) => row[0]!, amount: (row: string[]) => row[1] ?? null };
    const text = await textOf(columns, [['plain', '-0.000000000000000001'], ['a "b", c\r\nd'], ['', '0']]);
    expect(text).toBe('name,amount\r\nplain,-0.000000000000000001\r\n"a ""b"", c\r\nd",\r\n,0\r\n');
    expect(parse(text)).toEqual([
      ['name', 'amount'],
      ['plain', '-0.000000000000000001'],
      ['a "b", c\r\nd', ''],
      ['', '0'],
    ]);
  });

  it('has its header when there are no rows, and all rows when there are many', async () => {
    const columns = { number: (row: number) => String(row) };
    expect(await textOf(columns, [])).toBe('number\r\n');
    const many = Array.from({ length: 1001 }, (_, index) => index);
    expect(
      parse(await textOf(columns, many))
        .slice(1)
        .map(Number),
    ).toEqual(many);
  });

  it.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '=HYPERLINK("http://x","y")',
    '＝1+1',
    '  =1',
    '\t=1',
    '\r=1',
  ])('holds no formula: %j', (hostile) => {
    expect(parse(`${csvCell(hostile)}\r\n`)[0]![0]).toMatch(/^\s*'/);
  });

  it('holds none either where a spreadsheet splits at its own separator', () => {
    expect(csvCell('a;=1+1')).toBe(`"a;'=1+1"`);
    expect(csvCell('a\n=1+1')).toBe(`"a\n'=1+1"`);
  });

  it('leaves decimals alone', () => {
    for (const text of ['-1', '0', '12345678901234567890.123456789012345678'])
      expect(csvCell(text)).toBe(text);
    expect(csvCell('-1e5')).toBe("'-1e5");
    expect(csvCell(null)).toBe('');
  });
});

describe('who wants CSV', () => {
  it.each([
    ['text/csv', true],
    ['TEXT/CSV; charset=utf-8', true],
    ['text/csv, application/json;q=0.5', true],
    ['text/csv, */*;q=0.1', true],
    ['application/json, text/csv;q=0.5', false],
    ['*/*', false],
    ['text/csv;q=0', false],
    ['text/html,application/xhtml+xml,*/*;q=0.8', false],
    ['', false],
    [';;,q=,', false],
  ])('says so: %s is %s', (accept, wants) => {
    expect(prefersCsv(accept)).toBe(wants);
  });
});
