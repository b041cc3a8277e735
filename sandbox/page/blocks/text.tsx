import { safeUrl, unescapeText, withEmoji } from '../text/mrkdwn.ts';
import { MrkdwnText } from '../text/mrkdwn-text.tsx';
import { type Json, stringAt, textAt } from './json.ts';

/** A text object, drawn by its type. */
export function TextObject({ text }: { text: Json }) {
  const source = stringAt(text, 'text');
  return text.type === 'mrkdwn' ? <MrkdwnText source={source} /> : <span className="plain">{plainText(source)}</span>;
}

/** Plain text as Slack shows it: escapes undone once, shortcodes as emoji. */
export function plainText(source: string): string {
  return withEmoji(unescapeText(source));
}

/** An image from the web; one that came as a Slack file is named by its alternative text. */
export function Picture({ block }: { block: Json }) {
  const url = safeUrl(stringAt(block, 'image_url'));
  const alt = stringAt(block, 'alt_text');
  return (
    <figure className="block-image">
      {textAt(block, 'title') && <figcaption>{plainText(textAt(block, 'title'))}</figcaption>}
      {url ? <img src={url} alt={alt} loading="lazy" /> : <span className="block-unknown">🖼 {alt}</span>}
    </figure>
  );
}
