import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COLUMNS,
  type ExportRecord,
  exportIncidents,
  exportRows,
  parseExportArguments,
  type RowFormat,
  writerTo,
} from '../../src/cli/export.ts';

const NOW = Date.UTC(2026, 10, 22, 6, 30);
const FIRED = Date.UTC(2026, 10, 20, 12, 0, 0);
const RECORD: ExportRecord = {
  id: 'INC-7',
  service: 'checkout',
  severity: 'P1',
  incidentClass: 'drift',
  drill: false,
  title: 'Latency above 800 ms',
  status: 'acknowledged',
  owner: 'U1',
  milestones: {
    firedAt: FIRED,
    receivedAt: FIRED + 1500,
    postedAt: FIRED + 2000,
    seenAt: null,
    acknowledgedAt: FIRED + 156_000,
    mitigatedAt: null,
    resolvedAt: null,
    closedAt: null,
  },
  alarms: 3,
};

describe('exported CSV', () => {
  it('has a header and one line per incident, with times in ISO and durations in seconds', async () => {
    const text = await exported([RECORD], 'csv');

    expect(text).toBe(
      [
        'id,service,severity,class,drill,title,status,owner,fired_at,received_at,posted_at,seen_at,acknowledged_at,' +
          'mitigated_at,resolved_at,closed_at,detect_seconds,notify_seconds,seen_seconds,acknowledge_seconds,' +
          'mitigate_seconds,resolve_seconds,members',
        'INC-7,checkout,P1,drift,false,Latency above 800 ms,acknowledged,U1,2026-11-20T12:00:00.000Z,' +
          '2026-11-20T12:00:01.500Z,2026-11-20T12:00:02.000Z,,2026-11-20T12:02:36.000Z,,,,1.5,2,,156,,,3',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    ['a "quoted", word', '"a ""quoted"", word"'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['＝1', "'＝1"],
    ['a=b', 'a=b'],
    ['Größe ≥ 5 🚲', 'Größe ≥ 5 🚲'],
    ['broken \ud83d pair', 'broken \ufffd pair'],
  ])('writes the title %j as %j', async (title, cell) => {
    const text = await exported([{ ...RECORD, title }], 'csv');

    expect(text.slice(text.indexOf('INC-7'))).toContain(`,false,${cell},acknowledged,`);
  });

  it('reads back as what was written, whatever the titles, and no cell starts a formula', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 30 })), fc.string(), async (titles, owner) => {
        const records = titles.map((title) => ({ ...RECORD, title, owner }));

        const [header, ...rows] = parseCsv(await exported(records, 'csv'));

        expect(header).toEqual(COLUMNS);
        expect(rows.map((row) => row[5])).toEqual(
          titles.map((title) => (/^[=+\-@]/.test(title) ? `'${title}` : title)),
        );
        expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      }),
    );
  });

  it('leaves a time empty that no calendar has', async () => {
    const milestones = { ...RECORD.milestones, firedAt: 9e15 };

    const [header = [], row = []] = parseCsv(await exported([{ ...RECORD, milestones }], 'csv'));

    expect(row[header.indexOf('fired_at')]).toBe('');
    expect(row[header.indexOf('detect_seconds')]).toBe('');
  });
});

describe('exported JSON', () => {
  it('is one array of flat objects in the order of the columns', async () => {
    const [row, ...more] = JSON.parse(await exported([RECORD, RECORD], 'json'));

    expect(Object.keys(row)).toEqual(COLUMNS);
    expect(row).toMatchObject({
      id: 'INC-7',
      title: RECORD.title,
      seen_at: null,
      acknowledge_seconds: 156,
      members: 3,
    });
    expect(more).toHaveLength(1);
  });

  it('is an empty array when there is no incident', async () => {
    expect(JSON.parse(await exported([], 'json'))).toEqual([]);
  });
});

describe('the export', () => {
  it('holds one incident at a time and waits until it is written', async () => {
    const log: string[] = [];
    const source = async function* () {
      for (const id of ['INC-1', 'INC-2']) {
        log.push(`read ${id}`);
        yield { ...RECORD, id };
      }
    };

    const rows = await exportRows(source(), 'csv', async (text) => {
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`wrote ${text.split(',')[0]}`);
    });

    expect(rows).toBe(2);
    expect(log.slice(0, 5)).toEqual(['wrote id', 'read INC-1', 'wrote INC-1', 'read INC-2', 'wrote INC-2']);
  });

  it('keeps no more than one row in memory for a reader that is behind', async () => {
    const kept: number[] = [];
    const reader = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        kept.push(reader.writableLength);
        setImmediate(done);
      },
    });

    const rows = await exportRows(each(Array(50).fill(RECORD)), 'csv', writerTo(reader));

    expect(rows).toBe(50);
    expect(kept.length).toBeGreaterThan(50);
    expect(Math.max(...kept)).toBeLessThan(300);
  });

  it('asks for the period and keeps to the service', async () => {
    const asked: number[] = [];
    const incidents = (since: number) => {
      asked.push(since);
      return each([RECORD, { ...RECORD, id: 'INC-8', service: 'bikeshare' }]);
    };
    let text = '';

    const rows = await exportIncidents({ incidents }, { format: 'csv', since: 5, service: 'bikeshare' }, (more) => {
      text += more;
    });

    expect(asked).toEqual([5]);
    expect(rows).toBe(1);
    expect(text).toContain('INC-8,bikeshare');
  });
});

describe('the command line of the export', () => {
  it.each([
    [['--format', 'csv'], { format: 'csv', since: 0, service: null }],
    [['--format=json', '--since', '30d'], { format: 'json', since: NOW - 30 * 86_400_000, service: null }],
    [['--format', 'csv', '--since', '24h'], { format: 'csv', since: NOW - 86_400_000, service: null }],
    [['--format', 'csv', '--since', '2w'], { format: 'csv', since: NOW - 14 * 86_400_000, service: null }],
    [['--format', 'csv', '--since', '99999w'], { format: 'csv', since: 0, service: null }],
    [['--format', 'csv', '--since', '2026-01-31'], { format: 'csv', since: Date.UTC(2026, 0, 31), service: null }],
    [['--format', 'csv', '--service', 'checkout'], { format: 'csv', since: 0, service: 'checkout' }],
  ])('reads %j', (args, value) => {
    expect(parseExportArguments(args, NOW)).toEqual({ ok: true, value });
  });

  it.each([
    [[], 'Say --format csv, --format json or --format events.'],
    [['--format', 'xml'], 'Say --format csv, --format json or --format events.'],
    [['--format'], '--format'],
    [['--format', 'csv', '--since', 'yesterday'], '--since yesterday is neither'],
    [['--format', 'csv', '--since', '2026-02-31'], '--since 2026-02-31 is neither'],
    [['--format', 'csv', '--since', '5'], '--since 5 is neither'],
    [['--format', 'csv', '--sincee', '5d'], '--sincee'],
    [['--format', 'csv', 'checkout'], 'checkout'],
  ])('refuses %j and says how it is used', (args, message) => {
    const result = parseExportArguments(args, NOW);

    expect(result).toMatchObject({
      ok: false,
      rejection: {
        code: 'bad_input',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('npm run'),
      },
    });
  });
});

async function exported(records: readonly ExportRecord[], format: RowFormat): Promise<string> {
  let text = '';
  await exportRows(each(records), format, (more) => {
    text += more;
  });
  return text;
}

async function* each(records: readonly ExportRecord[]): AsyncIterable<ExportRecord> {
  yield* records;
}

/** Reads RFC 4180 independently of what writes it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
