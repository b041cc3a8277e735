import { remembered } from '../view/remembered.ts';
import { Element } from './element.tsx';
import { InputBlock } from './input.tsx';
import { type Json, objectAt, objectsAt, sameJson, stringAt, textAt } from './json.ts';
import { RichText } from './rich-text.tsx';
import { Picture, plainText, TextObject } from './text.tsx';
import { blockIdOf } from './values.ts';

/** Blocks of a message or a view, in order. A block of a type that is not known says so instead of vanishing. */
export const Blocks = remembered(BlockList);

function BlockList({ blocks }: { blocks: readonly Json[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, i) => (
        <Block key={blockIdOf(block, i)} block={block} blockId={blockIdOf(block, i)} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly block: Json;
  readonly blockId: string;
}

const Block = remembered(OneBlock, sameProps);

function OneBlock({ block, blockId }: BlockProps) {
  switch (block.type) {
    case 'header':
      return <h3 className="block-header">{plainText(textAt(block, 'text'))}</h3>;
    case 'section':
      return <Section block={block} blockId={blockId} />;
    case 'context':
      return <Context block={block} />;
    case 'actions':
      return <Actions block={block} blockId={blockId} />;
    case 'divider':
      return <hr className="block-divider" />;
    case 'image':
      return <Picture block={block} />;
    case 'rich_text':
      return <RichText block={block} />;
    case 'input':
      return <InputBlock block={block} blockId={blockId} />;
    default:
      return (
        <p className="block-unknown">A block of type “{stringAt(block, 'type')}”, which this page does not draw.</p>
      );
  }
}

function sameProps(before: BlockProps, after: BlockProps): boolean {
  return before.blockId === after.blockId && sameJson(before.block, after.block);
}

function Section({ block, blockId }: BlockProps) {
  const text = objectAt(block, 'text');
  const fields = objectsAt(block, 'fields');
  const accessory = objectAt(block, 'accessory');
  return (
    <div className="block-section">
      <div className="block-section-body">
        {text && <TextObject text={text} />}
        {fields.length > 0 && (
          <div className="block-fields">
            {fields.map((field, i) => (
              <TextObject key={String(i)} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory && <Element element={accessory} blockId={blockId} />}
    </div>
  );
}

function Context({ block }: { block: Json }) {
  return (
    <div className="block-context">
      {objectsAt(block, 'elements').map((element, i) =>
        element.type === 'image' ? (
          <Picture key={String(i)} block={element} />
        ) : (
          <TextObject key={String(i)} text={element} />
        ),
      )}
    </div>
  );
}

function Actions({ block, blockId }: BlockProps) {
  return (
    <div className="block-actions">
      {objectsAt(block, 'elements').map((element, i) => (
        <Element key={stringAt(element, 'action_id') || String(i)} element={element} blockId={blockId} />
      ))}
    </div>
  );
}
