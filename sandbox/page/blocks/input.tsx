import { useId } from 'react';
import { useSurface } from '../context.ts';
import { Element } from './element.tsx';
import { type Json, objectAt, textAt } from './json.ts';
import { plainText } from './text.tsx';

/** An input block: label, control, and under it the hint or what the app refused. */
export function InputBlock({ block, blockId }: { block: Json; blockId: string }) {
  const { errors } = useSurface();
  const labelId = useId();
  const noteId = useId();
  const element = objectAt(block, 'element');
  const error = errors[blockId];
  const hint = plainText(textAt(block, 'hint'));
  return (
    <div className={error ? 'block-input refused' : 'block-input'}>
      <div className="block-input-label" id={labelId}>
        {plainText(textAt(block, 'label'))}
        {block.optional === true && <span className="quiet"> (optional)</span>}
      </div>
      {element && (
        <Element
          element={element}
          blockId={blockId}
          input={{ labelId, noteId, quiet: block.dispatch_action !== true }}
        />
      )}
      <div id={noteId} className="block-input-note">
        {error ? (
          <span role="alert" data-testid={`error-${blockId}`}>
            ⚠ {error}
          </span>
        ) : (
          hint
        )}
      </div>
    </div>
  );
}
