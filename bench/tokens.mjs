import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { stint } from './host.mjs'
import { temporaryFolder } from './measure.mjs'
import { counted } from './table.mjs'

/** What the tools that are offered by default take of a model's memory. */
export async function run() {
  const host = stint(temporaryFolder(), 2025)
  const { instructions } = await host.open()
  const { tools } = await host.ask('tools/list')
  await host.close()
  const seen = tools.map(({ description, inputSchema, name }) => ({ name, description, inputSchema }))
  const of = `${tools.length} tools`
  return [
    counted({ what: `${of}, what hosts show the model`, count: tokensOf(seen), unit: 'tokens', goal: 4000 }),
    counted({
      what: `${of}, all that is listed, with shapes of answers`,
      count: tokensOf(tools),
      unit: 'tokens',
    }),
    counted({ what: 'instructions', count: tokensOf(instructions), unit: 'tokens' }),
  ]
}

const tokensOf = value => countTokens(JSON.stringify(value))
