export { Batches, type BatchesOptions } from './batches.js';
export { LeasedWork, type LeasedWorkOptions, subjectsOf } from './leased-work.js';
export { Notifier } from './notifier.js';
export { type Backoff, type Claim, type Claimed, WorkTable, type WorkTableOptions } from './work-table.js';
