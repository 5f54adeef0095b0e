import { takeLease } from '../../db/leases.ts'
import type { Store } from '../../db/store.ts'
import { findOwners } from '../../db/workspaces.ts'
import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import { isDue, reconcile } from '../core/reconcile.ts'

const every = 15_000
const leasedFor = 60_000

/**
 * Ends what went quiet and takes in what hosts reported, also while nobody calls. Of several processes one does it
 * at a time. What hosts left in the spool of this machine is of the one whom it acts for then.
 */
export function startWatch(app: App, local: () => Promise<Principal>): { stop(): Promise<void> } {
  const holder = app.newId('con', app.clock())
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = watchNow().catch(error => app.log('The watchdog failed', error))
  }, every)
  const watchNow = async (): Promise<void> => watch(app, await local(), holder)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return last
    },
  }
}

export async function watch(app: App, local: Principal, holder: string): Promise<void> {
  const store = await app.store()
  for (const { id, workspace_id } of await store.read(findOwners)) {
    const isLocal = workspace_id === local.workspace_id
    const principal: Principal = {
      workspace_id,
      member_id: isLocal ? local.member_id : id,
      scope: 'full',
      door: 'job',
    }
    const own = isLocal ? app : { ...app, spool: undefined }
    if (!(await hasWork(own, store, principal))) continue
    const now = app.clock()
    const lease = { name: `watch ${workspace_id}`, holder, until: now + leasedFor }
    if (await store.change(db => takeLease(db, lease, now))) await reconcile(own, store, principal)
  }
}

async function hasWork(app: App, store: Store, principal: Principal): Promise<boolean> {
  if ((app.spool?.waiting(app.clock()).length ?? 0) > 0) return true
  return store.read(db => isDue(app, db, principal))
}
