import { imagesOf } from './invoices.mjs'

/**
 * Goes through the events as they happened: a budget tells of a threshold in the change that reaches it, once, and
 * again only after it fell below. Of budgets that have a window, or are in money, only that nothing is told twice
 * while nothing happened.
 */
export function wrongAlarms(db) {
  const projects = new Map()
  const entries = new Map()
  const problems = []
  const spoken = new Map()
  for (const call of callsOf(db)) {
    const touched = new Set()
    for (const { after, subject_id, type } of call) {
      if (type.startsWith('project.')) {
        const { told } = projects.get(subject_id) ?? {}
        if (after?.budget !== projects.get(subject_id)?.text) touched.add(subject_id)
        projects.set(subject_id, { ...limitOf(after?.budget), text: after?.budget, told: told ?? [] })
      } else if (type.startsWith('entry.')) {
        for (const entry of [entries.get(subject_id), after]) if (entry) touched.add(entry.project_id)
        if (after) entries.set(subject_id, after)
        else entries.delete(subject_id)
      }
    }
    for (const id of touched) spoken.delete(id)
    const told = call.filter(isAlarm).map(one => one.subject_id)
    for (const id of new Set([...touched, ...told]))
      problems.push(...wrongIn(call, id, projects.get(id), entries))
    problems.push(...toldAgain(call, spoken))
  }
  return [...problems, ...keptOtherwise(db, projects)]
}

function wrongIn(call, id, project, entries) {
  if (!project?.seconds) return []
  const reached = reachedIn(project, usedBy(entries, id, project.basis))
  const expected = reached.filter(percent => !project.told.includes(percent))
  const told = call.filter(one => isAlarm(one) && one.subject_id === id).map(one => one.after.percent)
  project.told = reached
  return told.join() === expected.join()
    ? []
    : [`event ${call[0].seq}: the budget of ${id} told of ${told}, and reached ${expected}`]
}

const isAlarm = ({ type }) => type === 'budget.threshold'

function toldAgain(call, spoken) {
  return call.filter(isAlarm).flatMap(({ after, seq, subject_id }) => {
    const told = spoken.get(subject_id) ?? new Set()
    const what = `${after.window_start} ${after.percent}`
    const isKnown = told.has(what)
    spoken.set(subject_id, told.add(what))
    return isKnown ? [`event ${seq}: the budget of ${subject_id} told of ${what} again`] : []
  })
}

const limitOf = text => {
  const budget = text ? JSON.parse(text) : undefined
  return budget?.window === 'total' && budget.seconds && !budget.amount ? budget : {}
}

function usedBy(entries, project, basis) {
  let used = 0
  for (const entry of entries.values()) {
    if (entry.project_id !== project || entry.deleted_at) continue
    used += basis === 'billable' ? entry.billable_seconds : entry.seconds
  }
  return used
}

const reachedIn = ({ seconds, thresholds }, used) =>
  thresholds.filter(percent => used * 100 >= percent * seconds).toSorted((a, b) => a - b)

function keptOtherwise(db, projects) {
  const kept = db.prepare('select project_id, percent from budget_alarms order by percent').all()
  return [...projects].flatMap(([id, { seconds, told }]) => {
    const alarms = kept.filter(one => one.project_id === id).map(one => one.percent)
    return !seconds || alarms.join() === told.join()
      ? []
      : [`alarms of ${id} are ${alarms}, its entries reach ${told}`]
  })
}

/** The events of one call stand together. */
function callsOf(db) {
  const calls = []
  const events = db
    .prepare(
      `select seq, call_id, type, subject_id, before, after from events
         where type like 'entry.%' or type like 'project.%' or type = 'budget.threshold' order by seq`,
    )
    .all()
  for (const event of events) {
    const told = { ...event, ...imagesOf(event) }
    if (calls.at(-1)?.[0].call_id === event.call_id) calls.at(-1).push(told)
    else calls.push([told])
  }
  return calls
}
