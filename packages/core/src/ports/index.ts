export type { ContainerRecord, LeaseRecord } from './lease-record.ts'
