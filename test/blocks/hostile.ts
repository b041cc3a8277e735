import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { incident, type member, NOW, states } from './incidents.ts';
import { triagedStates } from './triage.ts';

/** What alarms are called and what people type when they mean harm, or when something broke on the way. */
export const texts: Readonly<Record<string, string>> = {
  'a ping of everybody': '<!channel> '.repeat(500),
  'pings in every form': '<!here|here> <@U0EVIL> <#C0EVIL> <!subteam^S0EVIL> <!everyone> @channel @here',
  'a link that lies': '<https://evil.example|https://good.example> <javascript:alert(1)|click>',
  'forty kilobytes': 'x'.repeat(40_000),
  'ampersands only': '&'.repeat(5000),
  'brackets only': '<>'.repeat(5000),
  'broken surrogates': '\uD83D latency \uDE00 \uD800',
  'emoji to be cut in half': '😀'.repeat(3000),
  'text that turns around': 'abc\u202Egnp.exe\u202C \u2066x\u2069 \u200Fy',
  'right-to-left script': 'שגיאה חמורה'.repeat(200),
  backticks: '``` `code` ```'.repeat(100),
  'line feeds': '\n\n> quote\n'.repeat(500),
  'control characters': '\u0000\u0007\u001B[31mred\u007F\u0085',
  nothing: '',
  blanks: ' \n\t\u200B ',
  'half of a date': '<!date^1^{time}|',
  entities: '&lt;!channel&gt; &amp;lt;@U0EVIL&amp;gt;'.repeat(200),
  pipes: 'a|b|c>'.repeat(50),
};

export const urls: readonly string[] = [
  'javascript:alert(1)',
  'data:text/html,<script>',
  'not a url',
  '',
  'https://user:password@evil.example/',
  'https://evil.example/|<!channel>',
  'https://evil.example/>@here<!channel>',
  `https://example.com/${'a'.repeat(5000)}`,
  'ftp://example.com/',
];

/** The same incident with `text` wherever a stranger's words may stand, and `url` wherever an address may. */
export function poisoned(base: Incident, text: string, url: string): Incident {
  const words = { title: text, reason: text, url, runbook: url, sourceSeverity: text };
  const measured = { metric: text, statistic: text, unit: text, value: 1, threshold: 2, comparison: 'above' };
  const members: ReturnType<typeof member>[] = base.members.shown.map((one, i) => ({
    ...one,
    ...words,
    ruling: { ...one.ruling, rule: text, measure: text, unit: text, advice: text },
    measurement: i % 2 === 0 ? measured : null,
  }));
  return {
    ...base,
    title: text,
    summary: text,
    serviceTitle: text,
    team: text,
    environment: text,
    resolution: text,
    links: [
      { label: text, url },
      { label: text, url: 'https://example.com/?q=<!channel>' },
    ],
    members: { ...base.members, shown: members },
    evidence: base.evidence && {
      ...base.evidence,
      facts: base.evidence.facts.map((fact) => ({ ...fact, text, url })),
      graph: base.evidence.graph && { ...base.evidence.graph, alt: text },
    },
    steps: base.steps.map((one) => ({ ...one, text, answer: one.answer && { ...one.answer, text } })),
    closingNote: base.closingNote && { symptoms: text, cause: text, fix: text, followUps: text },
  };
}

/** The same runbook with `text` wherever its file may have words. */
export function poisonedRunbook(base: Runbook, text: string, url: string): Runbook {
  return {
    ...base,
    ...{ title: text, url },
    causes: base.causes.map(() => ({ cause: text, cure: text })),
    steps: base.steps.map((step) => ({
      ...step,
      ...{ text, phase: text },
      commands: Object.fromEntries(Object.keys(step.commands).map((where) => [where, text])),
    })),
  };
}

export function poisonedEvents(text: string): readonly IncidentEvent[] {
  const shown = poisoned(incident('triggered'), text, text).members.shown;
  return [
    {
      type: 'alarms',
      at: NOW,
      joined: 1,
      refired: 0,
      recovered: 0,
      lostSight: 0,
      changed: shown,
      totals: { total: 1, firing: 1, unknown: 0 },
    },
    { type: 'noted', at: NOW, by: text, text },
    { type: 'message_added', at: NOW, by: 'U0ANA', author: text, text, link: text },
    { type: 'resolved', at: NOW, by: 'U0ANA', text },
    { type: 'reopened', at: NOW, by: text, reason: text },
    { type: 'assigned', at: NOW, by: text, to: text },
  ];
}

export const everyState: readonly (readonly [string, Incident])[] = Object.entries({
  ...states,
  ...triagedStates,
});
