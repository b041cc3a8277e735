import { describe, expect, it } from 'vitest';
import { filledIn, placeholdersIn } from '../../src/domain/placeholders.ts';

describe('the placeholders of a text', () => {
  it('are replaced wherever they stand, and values are taken as they are', () => {
    const filled = filledIn('{api}/{model}?again={model}', { api: 'https://api.example', model: '$& {api}' });

    expect(filled).toEqual({ text: 'https://api.example/$& {api}?again=$& {api}', missing: [] });
  });

  it('stay where there is no value, and are named once', () => {
    expect(filledIn('{api}/{model}/{model}', { api: 'a' })).toEqual({ text: 'a/{model}/{model}', missing: ['model'] });
  });

  it.each([
    '${home}',
    '{{name}}',
    '{{.Names}}',
    'up{job="api"}',
    '{ print $1 }',
    '{Endpoint}',
    '\\{name}',
    '{}',
    '{a }',
  ])('are not seen in %j, which stays as it is', (text) => {
    expect(placeholdersIn(text)).toEqual([]);
    expect(filledIn(text, {})).toEqual({ text, missing: [] });
  });

  it('are missing where nothing is known, also by a name that every object has', () => {
    expect(filledIn('{constructor}', {}).missing).toEqual(['constructor']);
  });
});
