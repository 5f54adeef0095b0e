/** How much one token may ask for in a minute. */
export interface Quota {
  name: string
  amount: number
}

export interface Verdict {
  allowed: boolean
  remaining: number
  /** Seconds: until the next one may come when nothing remains, else until all of it is there again. */
  reset: number
}

interface Bucket {
  /** Requests times milliseconds, so that it stays whole. */
  level: number
  at: number
}

const minute = 60_000

/** A bucket for each holder, which fills evenly. */
export function bucketsOf({ amount }: Quota) {
  const full = amount * minute
  const buckets = new Map<string, Bucket>()
  return (holder: string, now: number): Verdict => {
    const bucket = buckets.get(holder) ?? { level: full, at: now }
    buckets.set(holder, bucket)
    // the clock may have gone back
    const passed = Math.max(0, now - bucket.at)
    bucket.level = Math.min(full, bucket.level + passed * amount)
    bucket.at = now
    const allowed = bucket.level >= minute
    if (allowed) bucket.level -= minute
    const remaining = Math.floor(bucket.level / minute)
    const missing = (remaining === 0 ? minute : full) - bucket.level
    return { allowed, remaining, reset: Math.ceil(missing / amount / 1000) }
  }
}

export type Take = ReturnType<typeof bucketsOf>

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers */
export const limitHeaders = ({ amount, name }: Quota, { remaining, reset }: Verdict): [string, string][] => [
  ['RateLimit-Policy', `"${name}";q=${amount};w=60`],
  ['RateLimit', `"${name}";r=${remaining};t=${reset}`],
]
