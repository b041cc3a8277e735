import { type FunctionComponent, memo } from 'react';

type Remember = <P extends object>(
  component: FunctionComponent<P>,
  same?: (before: Readonly<P>, after: Readonly<P>) => boolean,
) => FunctionComponent<P>;

/**
 * React's `memo` for function components: drawn again only when the props change (by identity, or by `same`).
 * Typed here because the linter's own type inference fails on React's overloads of it.
 */
export const remembered: Remember = memo;
