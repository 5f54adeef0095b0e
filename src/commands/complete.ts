import { listClients } from '../../db/clients.ts'
import { findProjectNames } from '../../db/projects.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Program } from './index.ts'
