import * as z from 'zod'
import { listEvents } from '../../tools/event.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import type { Principal } from '../core/context.ts'
import { AppError } from '../domain/error.ts'
import type { Event } from '../domain/event.ts'
import { queryOf } from './query.ts'

export const streamFields = z.strictObject({
  after: listEvents.input.shape.after,
  type: listEvents.input.shape.type,
  subject: listEvents.input.shape.subject,
})

export interface Listener {
  query: URLSearchParams
  /** What a browser says when it comes again. */
  last_event_id: string | undefined
  /** Who listens, as long as the token is in force; throws when it no longer is. */
  enter: () => Promise<Principal>
}

export interface EventStreams {
  open(listener: Listener): Promise<Response>
  /** Looks once whether there is anything new, and sends it. */
  look(): Promise<void>
  /** Hangs up on those who listen. */
  close(): void
}

export interface StreamOptions {
  /** Milliseconds between two looks. */
  every?: number
  /** Looks after which a stream without news shows that it is there; as many times four, and who does not read is dropped. */
  quiet_looks?: number
  most_of_token?: number
  most?: number
}

/**
 * Events as they happen. One look at whether the database changed serves all who listen; only then does each read on
 * from where it is. Nothing is kept for anybody: what is not sent yet lies in the database.
 */
export function eventStreams(
  app: App,
  appFor: (principal: Principal) => App,
  { every = 250, most = 200, most_of_token = 8, quiet_looks = 60 }: StreamOptions = {},
): EventStreams {
  const streams = new Set<Stream>()
  let seen: number | undefined
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function look(): Promise<void> {
    const store = await app.store()
    const stamp = await store.read(async db => db.sqlite.stamp)
    const isNew = stamp !== seen
    seen = stamp
    for (const stream of streams) await stream.look(isNew)
  }

  const lookOnce = (): Promise<void> =>
    (looking ??= look()
      .catch(error => app.log('Events could not be looked for', error))
      .finally(() => (looking = undefined)))

  function left(stream: Stream): void {
    streams.delete(stream)
    if (streams.size === 0) clearInterval(timer)
  }

  return {
    async open({ enter, last_event_id, query }) {
      const principal = await enter()
      const { after, ...filter } = queryOf(streamFields, query)
      const own = [...streams].filter(one => one.token === principal.connection).length
      if (own >= most_of_token || streams.size >= most) throw tooMany(own >= most_of_token ? own : most)
      const read = async (question: object, by = principal): Promise<readonly Event[]> =>
        (await call(appFor(by), by, listEvents, { ...filter, ...question })).events
      const newest = await read({ limit: 1 })
      const stream = new Stream({
        token: principal.connection,
        since: lastSeen(last_event_id) ?? after ?? newest[0]?.seq ?? 0,
        read: async (since, limit) => read({ after: since, sort: 'seq', limit }, await enter()),
        log: error => app.log('A stream of events stopped for a while', error),
        left,
        quiet_looks,
      })
      if (closed) stream.close()
      else streams.add(stream)
      if (streams.size === 1) {
        timer = setInterval(() => void lookOnce(), every)
        timer.unref()
      }
      void lookOnce()
      return new Response(stream.body, { headers })
    },
    look: lookOnce,
    close() {
      closed = true
      for (const stream of streams) stream.close()
    },
  }
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

function lastSeen(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined
  if (/^\d{1,15}$/.test(header)) return Number(header)
  throw new AppError('validation_error', 'Last-Event-ID: is none of ours.', {
    hint: 'It is the id of the last event that came, its seq.',
  })
}

const tooMany = (open: number): AppError =>
  new AppError('rate_limited', `${open} streams are open already.`, {
    hint: 'Close one first: one stream tells of everything.',
  })

interface Source {
  token: string | undefined
  since: number
  read(since: number, limit: number): Promise<readonly Event[]>
  log(error: unknown): void
  left(stream: Stream): void
  quiet_looks: number
}

const eventsAtOnce = 50
const mostWaiting = 64 * 1024

class Stream {
  readonly token: string | undefined
  readonly body: ReadableStream<Uint8Array>
  readonly #source: Source
  readonly #encoder = new TextEncoder()
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #since: number
  #isBehind = true
  #quietLooks = 0
  #stuckLooks = 0

  constructor(source: Source) {
    this.token = source.token
    this.#source = source
    this.#since = source.since
    this.body = new ReadableStream<Uint8Array>(
      {
        start: controller => void (this.#controller = controller),
        cancel: () => void this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostWaiting }),
    )
    this.#send('retry: 3000\n\n')
  }

  async look(isNew: boolean): Promise<void> {
    this.#isBehind ||= isNew
    if (this.#isFull()) return this.#wait()
    this.#stuckLooks = 0
    const isDue = ++this.#quietLooks >= this.#source.quiet_looks
    if (!this.#isBehind && !isDue) return
    try {
      await this.#readOn()
    } catch (error) {
      if (error instanceof AppError && (error.kind === 'unauthorized' || error.kind === 'forbidden'))
        this.close()
      else this.#source.log(error)
    }
    if (this.#quietLooks >= this.#source.quiet_looks) this.#send(': alive\n\n')
  }

  close(): void {
    const controller = this.#leave()
    controller?.close()
  }

  async #readOn(): Promise<void> {
    while (!this.#isFull()) {
      const events = await this.#source.read(this.#since, eventsAtOnce)
      this.#isBehind = events.length === eventsAtOnce
      this.#since = events.at(-1)?.seq ?? this.#since
      if (events.length > 0) this.#send(events.map(textOf).join(''))
      if (!this.#isBehind) return
    }
  }

  #isFull(): boolean {
    return (this.#controller?.desiredSize ?? 0) <= 0
  }

  /** Who does not read for a minute is not there any more. */
  #wait(): void {
    if (++this.#stuckLooks < 4 * this.#source.quiet_looks) return
    this.#leave()?.error(new Error('Nobody reads this stream.'))
  }

  #send(text: string): void {
    this.#quietLooks = 0
    this.#controller?.enqueue(this.#encoder.encode(text))
  }

  #leave() {
    const controller = this.#controller
    this.#controller = undefined
    this.#source.left(this)
    return controller
  }
}

const textOf = (event: Event): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
