import type { Binding, BindingContext, OpenBinding } from '../protocol/binding.ts'
import { openBinding } from '../protocol/binding.ts'
import { createBoundSend } from './bound-send.ts'
import { careForKey, isShareable, isUsable } from './key-care.ts'
import { createPersistedSession } from './persisted-session.ts'
import { createRecall } from './recall.ts'

/** What a keeper is made of where its tokens are bound to a key. A page without a binding does not load it. */
export interface BoundParts {
  readonly binding: OpenBinding
  readonly careForKey: typeof careForKey
  readonly isUsable: typeof isUsable
  readonly isShareable: typeof isShareable
  readonly createPersistedSession: typeof createPersistedSession
  readonly createRecall: typeof createRecall
  readonly createBoundSend: typeof createBoundSend
}

/** Makes {@link BoundParts}. Opens no storage yet. */
export function createBoundParts(
  binding: Binding,
  context: Omit<BindingContext, 'rests'> & { readonly persists: boolean; readonly isShared: boolean },
): BoundParts {
  return {
    binding: openBinding(binding, context),
    careForKey,
    isUsable,
    isShareable,
    createPersistedSession,
    createRecall,
    createBoundSend,
  }
}
