import type { ActionsBlock, KnownBlock } from '@slack/types';

/** Blocks as a person reads them in a terminal: one line or more for each. Blocks that Tocsin never draws are named. */
export function plainBlocks(blocks: readonly KnownBlock[]): string {
  return blocks.map(plainBlock).join('\n');
}

function plainBlock(block: KnownBlock): string {
  switch (block.type) {
    case 'header':
      return block.text.text;
    case 'section':
      return [block.text, ...(block.fields ?? [])].flatMap((text) => (text ? plainMrkdwn(text.text) : [])).join('\n');
    case 'context':
      return block.elements.flatMap((element) => ('text' in element ? plainMrkdwn(element.text) : [])).join(' ');
    case 'actions':
      return block.elements.map(plainElement).join(' ');
    case 'divider':
      return '────';
    default:
      return `(${block.type})`;
  }
}

function plainElement(element: ActionsBlock['elements'][number]): string {
  if (element.type === 'button') return `[ ${element.text.text} ]`;
  if (element.type === 'overflow') return `[ ⋯ ${element.options.map(({ text }) => text.text).join(' | ')} ]`;
  return `[ ${element.type} ]`;
}

/** Slack's mrkdwn without its markup: links as `label (address)`, dates as their fallback, people by their id. */
export function plainMrkdwn(text: string): string {
  return text
    .replace(/<!date\^[^|>]*\|(?<fallback>[^>]*)>/g, '$<fallback>')
    .replace(/<(?<url>https?:[^|>]*)\|(?<label>[^>]*)>/g, '$<label> ($<url>)')
    .replace(/<(?<mark>[@#])(?<id>[A-Z0-9]+)(?:\|[^>]*)?>/g, '$<mark>$<id>')
    .replace(/<(?<url>https?:[^|>]*)>/g, '$<url>')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Slack's page that draws blocks: what is after the `#` never leaves the browser. */
export function builderLink(blocks: readonly KnownBlock[]): string {
  return `https://app.slack.com/block-kit-builder/#${encodeURIComponent(JSON.stringify({ blocks }))}`;
}
