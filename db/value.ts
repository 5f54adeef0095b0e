/**
 * What an entry's time is worth in smallest units × seconds, as `valueOf` has it: nothing where it is not billable,
 * null where its rate is unknown. Computed from columns of the covering index: a generated column would be none.
 */
export const valueIn = (entry = ''): string => {
  const e = entry && `${entry}.`
  return `(case when ${e}billable = 0 then 0 else ${valueAtRate(entry)} end)`
}

/** The same whether it is billable or not. */
export const valueAtRate = (entry = '', agentToo = ''): string => {
  const e = entry && `${entry}.`
  const counted = agentToo || `${e}bill_agent_time`
  const active = `${e}rate * ${e}active_seconds`
  // nearly always no agent's time is billed, and then nothing is multiplied for it
  return `(case when ${counted} = 1
    then ${active} + coalesce(${e}agent_rate, ${e}rate) * ${e}agent_seconds else ${active} end)`
}
