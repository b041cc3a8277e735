import type {
  ActionsBlock,
  Button,
  HomeView,
  ImageBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  RichTextBlock,
  SectionBlock,
  StaticSelect,
} from '@slack/types';
import { type Message, webAddress } from './kit.ts';
import { LIMITS } from './limits.ts';

type View = ModalView | HomeView;
type Surface = 'message' | 'modal' | 'home';

/**
 * Lists what Slack would refuse, and what would mention more people than meant. Empty means that it will be taken. It knows the
 * blocks that Tocsin uses; another one is a violation.
 */
export function violations(subject: Message | View): string[] {
  const surface = 'type' in subject ? subject.type : 'message';
  const { blocks } = subject;
  const ids = blocks.flatMap(({ block_id }) => block_id ?? []);
  return [
    ...over('blocks', blocks.length, surface === 'message' ? LIMITS.blocks : LIMITS.viewBlocks),
    ...unique('block_id', ids),
    ...('type' in subject ? viewViolations(subject) : written('text', subject.text, LIMITS.messageText)),
    ...blocks.flatMap((block, i) => blockViolations(`blocks[${i}]`, block as KnownBlock, surface)), // ours make only known ones
  ];
}

function viewViolations(view: View): string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(view)).length;
  return [
    ...over('view bytes', bytes, LIMITS.viewBytes),
    ...over('private_metadata', view.private_metadata?.length ?? 0, LIMITS.privateMetadata),
    ...over('callback_id', view.callback_id?.length ?? 0, LIMITS.callbackId),
    ...(view.type === 'modal' ? modalViolations(view) : []),
  ];
}

function modalViolations({ title, submit, close, blocks }: ModalView): string[] {
  const asks = blocks.some(({ type }) => type === 'input');
  return [
    ...text('title', title, LIMITS.modalTitle),
    ...text('submit', submit, LIMITS.modalTitle),
    ...text('close', close, LIMITS.modalTitle),
    ...(asks && !submit ? ['submit: missing, though something is asked'] : []),
  ];
}

function blockViolations(at: string, block: KnownBlock, surface: Surface): string[] {
  const id = block.block_id === undefined ? [] : size(`${at}.block_id`, block.block_id, LIMITS.blockId);
  switch (block.type) {
    case 'divider':
      return id;
    case 'header':
      return [...id, ...text(`${at}.text`, block.text, LIMITS.headerText)];
    case 'section':
      return [...id, ...sectionViolations(at, block)];
    case 'context':
      return [
        ...id,
        ...over(`${at}.elements`, block.elements.length, LIMITS.contextElements),
        ...block.elements.flatMap((element) =>
          'text' in element ? text(at, element, LIMITS.sectionText) : [`${at}: image`],
        ),
      ];
    case 'actions':
      return [...id, ...actionViolations(at, block)];
    case 'image':
      return [...id, ...imageViolations(at, block)];
    case 'rich_text':
      return [...id, ...preformattedViolations(at, block)];
    case 'input':
      return [...id, ...(surface === 'message' ? [`${at}: inputs stand in views`] : []), ...inputViolations(at, block)];
    default:
      return [`${at}: ${block.type} blocks are not used`];
  }
}

/** Only pictures that were uploaded to Slack: the id's form as Slack checks it. */
function imageViolations(at: string, block: ImageBlock): string[] {
  const file = 'slack_file' in block && 'id' in block.slack_file ? block.slack_file.id : '';
  return [
    ...(/^F[A-Z0-9]{8,}$/.test(file) ? [] : [`${at}.slack_file: ${file.slice(0, 40) || 'missing'}`]),
    ...size(`${at}.alt_text`, block.alt_text, LIMITS.altText),
  ];
}

/** Ours hold one text to copy, and nothing else. */
function preformattedViolations(at: string, { elements }: RichTextBlock): string[] {
  return elements.flatMap((element, i) =>
    element.type === 'rich_text_preformatted'
      ? element.elements.flatMap((part) =>
          size(`${at}.elements[${i}]`, 'text' in part ? (part.text ?? '') : '', LIMITS.sectionText),
        )
      : [`${at}.elements[${i}]: ${element.type} is not used`],
  );
}

function sectionViolations(at: string, { text: words, fields, accessory }: SectionBlock): string[] {
  return [
    ...(words || fields?.length ? [] : [`${at}: neither text nor fields`]),
    ...text(`${at}.text`, words, LIMITS.sectionText),
    ...over(`${at}.fields`, fields?.length ?? 0, LIMITS.fields),
    ...(fields ?? []).flatMap((field, i) => text(`${at}.fields[${i}]`, field, LIMITS.fieldText)),
    ...(accessory ? elementViolations(`${at}.accessory`, accessory) : []),
  ];
}

function actionViolations(at: string, { elements }: ActionsBlock): string[] {
  return [
    ...(elements.length === 0 ? [`${at}.elements: empty`] : []),
    ...over(`${at}.elements`, elements.length, LIMITS.actionElements),
    ...unique(
      `${at}: action_id`,
      elements.flatMap(({ action_id }) => action_id ?? []),
    ),
    ...elements.flatMap((element, i) => elementViolations(`${at}.elements[${i}]`, element)),
  ];
}

function inputViolations(at: string, { label, hint, element }: InputBlock): string[] {
  return [
    ...text(`${at}.label`, label, LIMITS.inputLabel),
    ...text(`${at}.hint`, hint, LIMITS.inputHint),
    ...elementViolations(`${at}.element`, element),
  ];
}

type Element = ActionsBlock['elements'][number] | InputBlock['element'] | NonNullable<SectionBlock['accessory']>;

function elementViolations(at: string, element: Element): string[] {
  const id = 'action_id' in element ? size(`${at}.action_id`, element.action_id ?? '', LIMITS.actionId) : [];
  switch (element.type) {
    case 'button':
      return [...id, ...buttonViolations(at, element)];
    case 'overflow':
      return [...id, ...options(at, element.options, LIMITS.overflowOptions)];
    case 'static_select':
      return [...id, ...selectViolations(at, element)];
    case 'checkboxes':
      return [
        ...id,
        ...options(at, element.options, LIMITS.checkboxOptions),
        ...chosen(at, element.options, element.initial_options ?? []),
      ];
    case 'users_select':
    case 'datetimepicker':
      return id;
    case 'plain_text_input':
      return [
        ...id,
        ...over(`${at}.max_length`, element.max_length ?? 0, LIMITS.inputValue),
        ...over(`${at}.initial_value`, element.initial_value?.length ?? 0, element.max_length ?? LIMITS.inputValue),
      ];
    default:
      return [`${at}: ${element.type} elements are not used`];
  }
}

function buttonViolations(at: string, { text: label, value, url, accessibility_label: spoken }: Button): string[] {
  return [
    ...text(`${at}.text`, label, LIMITS.buttonLabel),
    ...over(`${at}.value`, value?.length ?? 0, LIMITS.buttonValue),
    ...over(`${at}.accessibility_label`, spoken?.length ?? 0, LIMITS.buttonLabel),
    ...(url === undefined || webAddress(url) !== null ? [] : [`${at}.url: not a web address`]),
  ];
}

interface Option {
  readonly text: TextObject;
  readonly value?: string;
  readonly description?: TextObject;
}

interface OptionGroup {
  readonly label: TextObject;
  readonly options: readonly Option[];
}

function options(at: string, all: readonly Option[], max: number): string[] {
  return [
    ...(all.length === 0 ? [`${at}.options: empty`] : []),
    ...over(`${at}.options`, all.length, max),
    ...unique(
      `${at}.options: value`,
      all.flatMap(({ value }) => value ?? []),
    ),
    ...all.flatMap((one, i) => [
      ...text(`${at}.options[${i}].text`, one.text, LIMITS.optionText),
      ...text(`${at}.options[${i}].description`, one.description, LIMITS.optionDescription),
      ...size(`${at}.options[${i}].value`, one.value ?? '', LIMITS.optionValue),
    ]),
  ];
}

function selectViolations(at: string, select: StaticSelect): string[] {
  if (select.option_groups) return groups(at, select.option_groups);
  const all = select.options ?? [];
  return [
    ...options(at, all, LIMITS.selectOptions),
    ...chosen(at, all, select.initial_option ? [select.initial_option] : []),
  ];
}

/** Choices under headings: each group as one list, and no value in two of them. */
function groups(at: string, all: readonly OptionGroup[]): string[] {
  const values = all.flatMap(({ options: inside }) => inside.flatMap(({ value }) => value ?? []));
  return [
    ...(all.length === 0 ? [`${at}.option_groups: empty`] : []),
    ...over(`${at}.option_groups`, all.length, LIMITS.selectOptions),
    ...unique(`${at}.option_groups: value`, values),
    ...all.flatMap((group, i) => [
      ...text(`${at}.option_groups[${i}].label`, group.label, LIMITS.optionText),
      ...options(`${at}.option_groups[${i}]`, group.options, LIMITS.selectOptions),
    ]),
  ];
}

/** What is chosen beforehand must be one of the choices, letter by letter. */
function chosen(at: string, all: readonly Option[], initial: readonly Option[]): string[] {
  const known = new Set(all.map((one) => JSON.stringify(one)));
  return initial.every((one) => known.has(JSON.stringify(one))) ? [] : [`${at}: chooses what it does not offer`];
}

interface TextObject {
  readonly type: string;
  readonly text: string;
}

function text(at: string, words: TextObject | undefined, max: number): string[] {
  if (!words) return [];
  return words.type === 'mrkdwn' ? written(at, words.text, max) : size(at, words.text, max);
}

/** Mrkdwn: a bracket that is not escaped must be one of the forms that we make. */
function written(at: string, mrkdwn: string, max: number): string[] {
  const tokens = mrkdwn.match(/<[^>]*>?/g) ?? [];
  return [
    ...size(at, mrkdwn, max),
    ...tokens.filter((token) => !isOurs(token)).map((token) => `${at}: ${token.slice(0, 60)}`),
  ];
}

function isOurs(token: string): boolean {
  if (/^<(?:@[UW]|#[CG]|!subteam\^S)[A-Z0-9]+>$/.test(token)) return true;
  if (/^<!date\^\d+\^[^|>]+\|[^|>]+>$/.test(token)) return true;
  const url = /^<(?<url>https?:[^|>]+)\|[^|>]+>$/.exec(token)?.groups?.url;
  return url !== undefined && webAddress(url.replaceAll('&amp;', '&')) !== null;
}

/** Something, well-formed, and not too long. */
function size(at: string, value: string, max: number): string[] {
  return [
    ...(value.trim() === '' ? [`${at}: empty`] : []),
    ...(value.isWellFormed() ? [] : [`${at}: broken unicode`]),
    ...over(at, value.length, max),
  ];
}

function over(what: string, amount: number, max: number): string[] {
  return amount > max ? [`${what}: ${amount} > ${max}`] : [];
}

function unique(what: string, values: readonly string[]): string[] {
  return new Set(values).size === values.length ? [] : [`${what}: occurs twice`];
}
