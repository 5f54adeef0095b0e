/** Upper bounds of the columns, in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  counts: number[]
  sum: number
  all: number
}

export interface Gauge {
  name: string
  help: string
  value: number
}

/** What happened since this process began, as Prometheus reads it. */
export function metricsOf() {
  const requests = new Map<string, number>()
  const durations = new Map<string, Series>()
  return {
    count(method: string, route: string, status: number, ms: number): void {
      const labels = `method="${method}",route="${route}"`
      const counted = `${labels},status="${status}"`
      requests.set(counted, (requests.get(counted) ?? 0) + 1)
      const series = durations.get(labels) ?? { counts: bounds.map(() => 0), sum: 0, all: 0 }
      durations.set(labels, series)
      const seconds = ms / 1000
      const column = bounds.findIndex(bound => seconds <= bound)
      if (column >= 0) series.counts[column] = (series.counts[column] ?? 0) + 1
      series.sum += seconds
      series.all++
    },
    text(gauges: readonly Gauge[]): string {
      return [
        ...heading('stint_http_requests_total', 'counter', 'Requests answered.'),
        ...Array.from(requests, ([labels, count]) => `stint_http_requests_total{${labels}} ${count}`),
        ...heading('stint_http_request_duration_seconds', 'histogram', 'How long answers took.'),
        ...Array.from(durations).flatMap(([labels, series]) => histogram(labels, series)),
        ...gauges.flatMap(({ help, name, value }) => [...heading(name, 'gauge', help), `${name} ${value}`]),
        '',
      ].join('\n')
    },
  }
}

export type Metrics = ReturnType<typeof metricsOf>

const heading = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
]

function histogram(labels: string, { all, counts, sum }: Series): string[] {
  const name = 'stint_http_request_duration_seconds'
  let below = 0
  const columns = bounds.map((bound, at) => {
    below += counts[at] ?? 0
    return `${name}_bucket{${labels},le="${bound}"} ${below}`
  })
  return [
    ...columns,
    `${name}_bucket{${labels},le="+Inf"} ${all}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${all}`,
  ]
}
