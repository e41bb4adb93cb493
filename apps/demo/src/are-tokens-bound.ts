import { chosenClient } from './chosen-client.ts'
import { chosenKeeper } from './chosen-keeper.ts'

/** Whether the tokens are bound to a key (RFC 9449). What rests in the browser has to be. */
export const areTokensBound = (): boolean => chosenClient().isStrict === true || chosenKeeper() === 'at rest'
