import type { AnyOperation } from '../src/core/operation.ts'
import { getClient, listClients, saveClient } from './client.ts'
import { getDashboard } from './dashboard.ts'
import { deleteEntry, editEntry, getEntry, listEntries, logTime, restoreEntry } from './entry.ts'
import { listEvents } from './event.ts'
import { listMappings, locateProject, mapDirectory } from './mapping.ts'
import { acknowledgeOverlap, listOverlaps } from './overlap.ts'
import { createProject, getProject, listProjects, updateProject } from './project.ts'
import { getReport } from './report.ts'
import { discardTimer, keepSession, trimSession } from './rescue.ts'
import { endSession, sessionBeat, startSession } from './session.ts'
import { getSettings, updateSettings } from './settings.ts'
import { takeInSignals } from './signal.ts'
import { mergeEntries, splitEntry } from './split.ts'
import { status } from './status.ts'
import { listTags } from './tag.ts'
import { completeTask, createTask, listTasks, updateTask } from './task.ts'
import { listTimers, pauseTimer, resumeTimer, startTimer, stopTimer, updateTimer } from './timer.ts'
import { undo } from './undo.ts'

/** All that a member can do, in the order in which tools and commands are shown. */
export const operations: readonly AnyOperation[] = [
  startTimer,
  stopTimer,
  pauseTimer,
  resumeTimer,
  status,
  updateTimer,
  listTimers,
  startSession,
  sessionBeat,
  endSession,
  logTime,
  listEntries,
  getEntry,
  editEntry,
  deleteEntry,
  restoreEntry,
  listProjects,
  getProject,
  createProject,
  updateProject,
  listTasks,
  createTask,
  updateTask,
  completeTask,
  listClients,
  getClient,
  saveClient,
  getReport,
  getDashboard,
  keepSession,
  trimSession,
  discardTimer,
  listOverlaps,
  acknowledgeOverlap,
  splitEntry,
  mergeEntries,
  undo,
  listTags,
  getSettings,
  updateSettings,
  listMappings,
  mapDirectory,
  locateProject,
  takeInSignals,
  listEvents,
]
