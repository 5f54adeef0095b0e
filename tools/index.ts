import type { AnyOperation } from '../src/core/operation.ts'
import { getAiUsage, logAiExpense } from './ai-usage.ts'
import { listBeats } from './beat.ts'
import { getBudget, listBudgets } from './budget.ts'
import { getClient, listClients, saveClient } from './client.ts'
import { getDashboard } from './dashboard.ts'
import { deleteEntry, editEntry, getEntry, listEntries, logTime, restoreEntry } from './entry.ts'
import { listEvents } from './event.ts'
import { suggestDescription } from './evidence.ts'
import {
  deleteExpense,
  editExpense,
  getExpense,
  listExpenses,
  logExpense,
  restoreExpense,
} from './expense.ts'
import { takeInHeartbeats } from './heartbeat.ts'
import { importEntries } from './import.ts'
import { importWorkspace } from './import-workspace.ts'
import {
  deleteInvoice,
  draftInvoice,
  dueInvoices,
  duplicateInvoice,
  editInvoice,
  getInvoice,
  listInvoices,
  previewInvoice,
} from './invoice.ts'
import {
  addInvoiceLine,
  payInvoice,
  removeInvoiceLine,
  sendInvoice,
  updateInvoice,
  voidInvoice,
} from './invoice-action.ts'
import { checkEInvoice, getEInvoice, getInvoiceCsv, getInvoiceHtml, getInvoicePdf } from './invoice-file.ts'
import { listMappings, locateProject, mapDirectory, unmapDirectory } from './mapping.ts'
import { inviteMember, listInvites, listMembers, removeMember, revokeInvite, updateMember } from './member.ts'
import { deleteModelPrice, listModelPrices, setModelPrice } from './model-price.ts'
import { acknowledgeOverlap, listOverlaps } from './overlap.ts'
import { getProfit } from './profit.ts'
import { createProject, getProject, listProjects, updateProject } from './project.ts'
import { deleteRate, listRates, reprice, setRate } from './rate.ts'
import { getReport } from './report.ts'
import { getReportFile } from './report-file.ts'
import { discardTimer, keepSession, trimSession } from './rescue.ts'
import { endSession, getSession, listSessions, sessionBeat, startSession, updateSession } from './session.ts'
import { getSettings, updateSettings } from './settings.ts'
import { takeInSignals } from './signal.ts'
import { mergeEntries, splitEntry } from './split.ts'
import { status } from './status.ts'
import { listTags } from './tag.ts'
import { completeTask, createTask, getTask, listTasks, updateTask } from './task.ts'
import { getTeamSummary } from './team.ts'
import {
  getTimer,
  listTimers,
  pauseTimer,
  resumeTimer,
  startTimer,
  stopTimer,
  touchTimer,
  touchTimers,
  updateTimer,
} from './timer.ts'
import { createToken, getMe, listTokens, revokeToken, rotateToken } from './token.ts'
import { getUnbilled } from './unbilled.ts'
import { undo } from './undo.ts'
import { getUtilization } from './utilization.ts'
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  retryDelivery,
  rotateWebhook,
  testWebhook,
  updateWebhook,
} from './webhook.ts'
import {
  createWorkspace,
  getWorkspace,
  getWorkspaceSummary,
  joinWorkspace,
  listWorkspaces,
  updateWorkspace,
} from './workspace.ts'

/** All that a member can do, in the order in which tools and commands are shown. */
export const operations: readonly AnyOperation[] = [
  startTimer,
  stopTimer,
  pauseTimer,
  resumeTimer,
  status,
  updateTimer,
  listTimers,
  getTimer,
  touchTimer,
  touchTimers,
  startSession,
  sessionBeat,
  endSession,
  updateSession,
  listSessions,
  getSession,
  listBeats,
  logTime,
  listEntries,
  getEntry,
  editEntry,
  deleteEntry,
  restoreEntry,
  suggestDescription,
  listProjects,
  getProject,
  createProject,
  updateProject,
  listTasks,
  getTask,
  createTask,
  updateTask,
  completeTask,
  listClients,
  getClient,
  saveClient,
  listRates,
  setRate,
  deleteRate,
  reprice,
  logExpense,
  listExpenses,
  getExpense,
  editExpense,
  deleteExpense,
  restoreExpense,
  getAiUsage,
  logAiExpense,
  listModelPrices,
  setModelPrice,
  deleteModelPrice,
  draftInvoice,
  previewInvoice,
  listInvoices,
  getInvoice,
  dueInvoices,
  updateInvoice,
  editInvoice,
  addInvoiceLine,
  removeInvoiceLine,
  sendInvoice,
  payInvoice,
  voidInvoice,
  duplicateInvoice,
  deleteInvoice,
  getInvoicePdf,
  getInvoiceHtml,
  getInvoiceCsv,
  getEInvoice,
  checkEInvoice,
  getReport,
  getReportFile,
  getTeamSummary,
  getUnbilled,
  getUtilization,
  getProfit,
  getBudget,
  listBudgets,
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
  unmapDirectory,
  locateProject,
  takeInSignals,
  takeInHeartbeats,
  importEntries,
  importWorkspace,
  listEvents,
  getMe,
  listTokens,
  createToken,
  rotateToken,
  revokeToken,
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhook,
  testWebhook,
  listDeliveries,
  retryDelivery,
  listMembers,
  inviteMember,
  listInvites,
  revokeInvite,
  updateMember,
  removeMember,
  listWorkspaces,
  getWorkspace,
  createWorkspace,
  updateWorkspace,
  getWorkspaceSummary,
  joinWorkspace,
]
