/**
 * For a small machine that it shares with the application: durable, modest in memory, quiet. They are written into
 * `postgresql.conf` when the cluster is made, where an operator may change them.
 */
export const serverSettings: Readonly<Record<string, string>> = {
  shared_buffers: '64MB',
  max_connections: '60',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  // Parallel plans and compilation pay off for reports over millions of rows, not here.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  autovacuum_max_workers: '2',
  autovacuum_worker_slots: '2',
  io_method: 'sync',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '512MB',
  timezone: 'UTC',
  // One file a weekday, begun anew after a week.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // Details of errors hold values of rows.
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_line_prefix: '%m [%p] %u@%d ',
};
