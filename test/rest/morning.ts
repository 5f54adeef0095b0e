import type { Received, Sent } from '../support/server.ts'

/** What is asked, after so many minutes, as an example of an operation or of an error. */
export interface Step extends Sent {
  shows: string
  route: string
  after?: number
}

const entry = '{entry}'

/** A morning over HTTP: what the document shows as examples, and what its schemas are held against. */
export const morning: readonly Step[] = [
  { shows: 'get_me', route: 'GET /v1/me' },
  { shows: 'save_client', route: 'POST /v1/clients', body: { name: 'Acme', currency: 'EUR' } },
  { shows: 'list_clients', route: 'GET /v1/clients' },
  { shows: 'get_client', route: 'GET /v1/clients/acme' },
  {
    shows: 'create_project',
    route: 'POST /v1/projects',
    body: { name: 'Website', client: 'Acme', aliases: ['site'] },
  },
  { shows: 'update_project', route: 'PATCH /v1/projects/site', body: { color: '#3366ff' } },
  { shows: 'list_projects', route: 'GET /v1/projects?client=acme' },
  { shows: 'create_task', route: 'POST /v1/tasks', body: { project: 'Website', name: 'Login' } },
  { shows: 'list_tasks', route: 'GET /v1/tasks?project=website' },
  {
    shows: 'start_timer',
    route: 'POST /v1/timers',
    body: { project: 'Website', task: 'Login', description: 'Form', tags: ['ui'] },
  },
  { shows: 'list_timers', route: 'GET /v1/timers', after: 20 },
  { shows: 'pause_timer', route: 'POST /v1/timers/website/pause' },
  { shows: 'resume_timer', route: 'POST /v1/timers/website/resume', after: 5 },
  { shows: 'update_timer', route: 'PATCH /v1/timers/website', body: { description: 'Form and errors' } },
  { shows: 'status', route: 'GET /v1/status', after: 10 },
  { shows: 'get_dashboard', route: 'GET /v1/dashboard' },
  { shows: 'stop_timer', route: 'POST /v1/timers/website/stop', after: 15 },
  { shows: 'start_session', route: 'POST /v1/sessions', body: { project: 'Website' } },
  { shows: 'session_beat', route: 'POST /v1/sessions/website/beats', body: { kind: 'agent' }, after: 5 },
  { shows: 'end_session', route: 'POST /v1/sessions/website/end', after: 10 },
  {
    shows: 'log_time',
    route: 'POST /v1/entries',
    body: { project: 'Website', date: '2026-05-19', duration: '1h30m', description: 'Review' },
  },
  { shows: 'get_entry', route: `GET /v1/entries/${entry}` },
  { shows: 'edit_entry', route: `PATCH /v1/entries/${entry}`, body: { duration: '2h' } },
  { shows: 'list_entries', route: 'GET /v1/entries?period=this_week&limit=1' },
  { shows: 'get_report', route: 'GET /v1/reports/summary?period=this_week&group_by=project' },
  { shows: 'get_project', route: 'GET /v1/projects/site' },
  { shows: 'list_tags', route: 'GET /v1/tags' },
  { shows: 'complete_task', route: 'POST /v1/tasks/login/complete' },
  { shows: 'delete_entry', route: `DELETE /v1/entries/${entry}` },
  { shows: 'restore_entry', route: `POST /v1/entries/${entry}/restore` },
  { shows: 'undo', route: 'POST /v1/undo' },
  {
    shows: 'map_directory',
    route: 'POST /v1/mappings',
    body: { directory: '/work/site', project: 'Website' },
  },
  { shows: 'list_mappings', route: 'GET /v1/mappings' },
  { shows: 'get_settings', route: 'GET /v1/settings' },
  { shows: 'update_settings', route: 'PATCH /v1/settings', body: { week_start: 'sunday' } },
  { shows: 'list_events', route: 'GET /v1/events?limit=1' },
  {
    shows: 'take_in_signals',
    route: 'POST /v1/signals',
    body: {
      signals: [
        {
          host: 'claude-code',
          host_session: '7f3a',
          at: '2026-05-20T08:00:00.000Z',
          kind: 'prompt',
          attended: true,
          directory: '/work/site',
        },
        {
          host: 'claude-code',
          host_session: '7f3a',
          at: '2026-05-20T08:01:00.000Z',
          kind: 'stop',
          attended: true,
          directory: '/work/site',
        },
      ],
    },
  },
  { shows: 'error 400', route: 'POST /v1/clients', body: '{"name": ' },
  { shows: 'error 401', route: 'GET /v1/me', token: null },
  { shows: 'error 404', route: 'GET /v1/clients/globex' },
  { shows: 'error 405', route: 'PUT /v1/clients', body: {} },
  { shows: 'error 409', route: 'POST /v1/clients', body: { name: 'ACME' } },
  {
    shows: 'error 412',
    route: 'PATCH /v1/clients/acme',
    body: { company: 'Acme Corp' },
    headers: { 'if-match': '"7"' },
  },
  {
    shows: 'error 415',
    route: 'POST /v1/clients',
    body: 'name=Globex',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { shows: 'error 422', route: 'GET /v1/entries?period=someday' },
]

/** Where a step speaks of an entry, the last one is meant that an answer told of. */
export const routeOf = (step: Step, last: Received | undefined): string =>
  step.route.replace(entry, last?.body.entry.id ?? '')
