import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ContentBlock,
  type ElicitRequestFormParams,
  type GetPromptResult,
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  MissingRequiredClientCapabilityError,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type Resource,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server'
import { mcpServer } from '../../src/mcp/server.ts'

// What the conformance suites want to find on a server, beside what ours offers anyway.

type Outcome = CallToolResult | InputRequiredResult
type Fixture = (context: ServerContext) => Outcome | Promise<Outcome>

/** Our server, where tools, resources and prompts of the suites are found too. */
export const furnishedServer: typeof mcpServer = (version, requests) => {
  const server = mcpServer(version, requests)
  server.registerCapabilities({ logging: {}, resources: { subscribe: true } })
  server.setRequestHandler('logging/setLevel', () => ({}))
  server.setRequestHandler('tools/list', async () => ({
    tools: [...(await requests()).listTools().tools, ...definitions],
  }))
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const fixture = fixtures[params.name]
    return fixture ? fixture(context) : (await requests()).callTool(server, params, context)
  })
  server.setRequestHandler('resources/list', async () => ({
    resources: [...(await requests()).listResources().resources, ...resources],
  }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const contents = contentsOf(uri)
    return contents ? { contents: [{ uri, ...contents }] } : (await requests()).readResource(uri)
  })
  server.setRequestHandler('resources/subscribe', () => ({}))
  server.setRequestHandler('resources/unsubscribe', () => ({}))
  server.setRequestHandler('prompts/list', async () => ({
    prompts: [...(await requests()).listPrompts().prompts, ...Object.keys(prompts).map(promptOf)],
  }))
  server.setRequestHandler('prompts/get', async ({ params }, context) => {
    const prompt = prompts[params.name]
    return prompt
      ? prompt(params.arguments ?? {}, context)
      : (await requests()).getPrompt(params.name, params.arguments)
  })
  server.setRequestHandler('completion/complete', () => ({
    completion: { values: ['paris', 'park'], total: 2, hasMore: false },
  }))
  return server
}

const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const sound = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA='

const answer = (...content: ContentBlock[]): CallToolResult => ({ content })
const text = (said: string): ContentBlock => ({ type: 'text', text: said })
const say = (said: string): CallToolResult => answer(text(said))
const image: ContentBlock = { type: 'image', data: picture, mimeType: 'image/png' }
const resource = (uri: string, mimeType: string, content: string): ContentBlock => ({
  type: 'resource',
  resource: { uri, mimeType, text: content },
})
const pause = () => new Promise(resolve => setTimeout(resolve, 50))

type Fields = ElicitRequestFormParams['requestedSchema']['properties']

const form = (
  message: string,
  field: string,
  kind: { type: 'string' } | { type: 'boolean' } = { type: 'string' },
) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [field]: kind }, required: [field] },
  })
const fill = (properties: Fields) =>
  inputRequired.elicit({ message: 'Please fill this in', requestedSchema: { type: 'object', properties } })
const askName = { user_name: form('What is your name?', 'name') }
const sample = (question: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens,
  })

const askUser = {
  user: fill({
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  }),
}
const withDefaults: Fields = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}
const options = ['option1', 'option2', 'option3']
const titled = [
  { const: 'value1', title: 'First Option' },
  { const: 'value2', title: 'Second Option' },
  { const: 'value3', title: 'Third Option' },
]
const choices: Fields = {
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled } },
}

/** Asks for these until there is an answer to each. */
const asking =
  (inputRequests: InputRequests, done: (context: ServerContext) => CallToolResult, state?: string) =>
  (context: ServerContext): Outcome => {
    const { inputResponses } = context.mcpReq
    const isOpen = Object.keys(inputRequests).some(
      key => inputResponse(inputResponses, key).kind === 'missing',
    )
    if (isOpen) return inputRequired({ inputRequests, ...(state && { requestState: state }) })
    if (state !== undefined) assertState(context, state)
    return done(context)
  }

function assertState({ mcpReq }: ServerContext, ...known: string[]): void {
  if (!known.includes(String(mcpReq.requestState())))
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This is no state that was given out.')
}

function can({ mcpReq }: ServerContext): ClientCapabilities {
  // typed as empty by the SDK, which checked it as it came in
  const envelope = mcpReq.envelope as Record<string, ClientCapabilities> | undefined
  return envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}
}

const confirm = { confirm: form('Please confirm', 'ok', { type: 'boolean' }) }

const fixtures: Readonly<Record<string, Fixture>> = {
  test_simple_text: () => say('This is a simple text response for testing.'),
  test_image_content: () => answer(image),
  test_audio_content: () => answer({ type: 'audio', data: sound, mimeType: 'audio/wav' }),
  test_embedded_resource: () =>
    answer(resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  test_multiple_content_types: () =>
    answer(
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ),
  test_error_handling: () => ({
    ...say('This tool intentionally returns an error for testing'),
    isError: true,
  }),
  async test_tool_with_logging({ mcpReq }) {
    await mcpReq.log('info', 'Tool execution started')
    await pause()
    await mcpReq.log('info', 'Tool processing data')
    await pause()
    await mcpReq.log('info', 'Tool execution completed')
    return say('Done.')
  },
  async test_logging_tool({ mcpReq }) {
    await mcpReq.log('info', 'Working')
    return say('Done.')
  },
  async test_tool_with_progress({ mcpReq }) {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
      await pause()
    }
    return say('Done.')
  },
  test_missing_capability(context) {
    if (!can(context).sampling)
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } })
    return say('Done.')
  },
  test_sampling: asking({ answer: sample('Test prompt', 100) }, ({ mcpReq }) =>
    say(`LLM response: ${JSON.stringify(mcpReq.inputResponses?.answer)}`),
  ),
  test_elicitation: asking(askUser, ({ mcpReq }) =>
    say(`User response: ${JSON.stringify(mcpReq.inputResponses?.user)}`),
  ),
  test_elicitation_sep1034_defaults: asking({ form: fill(withDefaults) }, () => say('Done.')),
  test_elicitation_sep1330_enums: asking({ form: fill(choices) }, () => say('Done.')),
  test_streaming_elicitation: asking(askName, () => say('Done.')),
  test_input_required_result_elicitation: asking(askName, ({ mcpReq }) =>
    say(`Hello, ${String(acceptedContent(mcpReq.inputResponses, 'user_name')?.name)}!`),
  ),
  test_input_required_result_sampling: asking(
    { capital_question: sample('What is the capital of France?', 100) },
    ({ mcpReq }) => say(JSON.stringify(mcpReq.inputResponses?.capital_question)),
  ),
  test_input_required_result_list_roots: asking({ client_roots: inputRequired.listRoots() }, ({ mcpReq }) =>
    say(JSON.stringify(mcpReq.inputResponses?.client_roots)),
  ),
  test_input_required_result_request_state: asking(confirm, () => say('state-ok'), 'state'),
  test_input_required_result_tampered_state: asking(confirm, () => say('Done.'), 'sealed'),
  test_input_required_result_multiple_inputs: asking(
    {
      ...askName,
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    },
    () => say('Done.'),
    'several',
  ),
  test_input_required_result_multi_round(context) {
    const { mcpReq } = context
    const has = (key: string): boolean => inputResponse(mcpReq.inputResponses, key).kind !== 'missing'
    if (has('step2')) {
      assertState(context, 'round 2')
      return say('Done.')
    }
    if (has('step1')) {
      assertState(context, 'round 1')
      const step2 = form('Step 2: What is your favorite color?', 'color')
      return inputRequired({ inputRequests: { step2 }, requestState: 'round 2' })
    }
    const step1 = form('Step 1: What is your name?', 'name')
    return inputRequired({ inputRequests: { step1 }, requestState: 'round 1' })
  },
  test_input_required_result_capabilities(context) {
    const { elicitation, roots, sampling } = can(context)
    const inputRequests = {
      ...(elicitation && askName),
      ...(sampling && { greeting: sample('Generate a greeting', 50) }),
      ...(roots && { client_roots: inputRequired.listRoots() }),
    }
    return asking(inputRequests, () => say('Done.'))(context)
  },
}

const definitions: readonly Tool[] = [
  ...Object.keys(fixtures).map(name => ({
    name,
    description: `What the suite calls ${name}`,
    inputSchema: { type: 'object' as const },
  })),
  {
    name: 'json_schema_2020_12_tool',
    description: 'Every keyword of this stays as it is',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: { $anchor: 'address', type: 'object', properties: { street: { type: 'string' } } },
      },
      properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
      allOf: [{ anyOf: [{ required: ['name'] }, { required: ['address'] }] }],
      if: { required: ['address'] },
      // oxlint-disable-next-line unicorn/no-thenable
      then: { required: ['name'] },
      else: {},
      additionalProperties: false,
    },
  },
]

const resources: readonly Resource[] = [
  { uri: 'test://static-text', name: 'text', description: 'Text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'picture', description: 'A picture', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched', description: 'Changes', mimeType: 'text/plain' },
]

function contentsOf(
  uri: string,
): { mimeType: string; text: string } | { mimeType: string; blob: string } | undefined {
  if (uri === 'test://static-text')
    return { mimeType: 'text/plain', text: 'This is the content of the static text resource.' }
  if (uri === 'test://static-binary') return { mimeType: 'image/png', blob: picture }
  if (uri === 'test://watched-resource') return { mimeType: 'text/plain', text: 'Watched.' }
  const [, id] = /^test:\/\/template\/(\w+)\/data$/.exec(uri) ?? []
  if (id === undefined) return undefined
  const data = { id, templateTest: true, data: `Data for ID: ${id}` }
  return { mimeType: 'application/json', text: JSON.stringify(data) }
}

type Recipe = (
  values: Record<string, string>,
  context: ServerContext,
) => GetPromptResult | InputRequiredResult

const messages = (...contents: ContentBlock[]): GetPromptResult => ({
  messages: contents.map(content => ({ role: 'user', content })),
})

const prompts: Readonly<Record<string, Recipe>> = {
  test_simple_prompt: () => messages(text('This is a simple prompt for testing.')),
  test_prompt_with_arguments: ({ arg1, arg2 }) =>
    messages(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  test_prompt_with_embedded_resource: ({ resourceUri = '' }) =>
    messages(
      resource(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
      text('Please process the embedded resource above.'),
    ),
  test_prompt_with_image: () => messages(image, text('Please analyze the image above.')),
  test_input_required_result_prompt(_, { mcpReq }) {
    if (inputResponse(mcpReq.inputResponses, 'user_context').kind !== 'missing')
      return messages(text('Done.'))
    const user_context = form('What context should the prompt use?', 'context')
    return inputRequired({ inputRequests: { user_context } })
  },
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
}

const promptOf = (name: string): Prompt => ({
  name,
  description: `What the suite calls ${name}`,
  arguments: (fieldsOf[name] ?? []).map(field => ({ name: field, required: true })),
})
