-- Counts, and since when (ms) the job waits that is claimed next; an empty string where none waits.
local waiting = redis.call('LLEN', WAIT) + redis.call('LLEN', PAUSED) + redis.call('ZCARD', PRIORITIZED)
local oldest = ''
for _, list in ipairs({WAIT, PAUSED}) do
  local id = redis.call('LINDEX', list, -1)
  local since = id and redis.call('HMGET', job_key(id), 'waitingSince', 'timestamp') or {}
  oldest = since[1] or since[2] or oldest
end
return {
  waiting,
  redis.call('LLEN', ACTIVE),
  redis.call('ZCARD', DELAYED),
  redis.call('ZCARD', FAILED),
  redis.call('ZCARD', COMPLETED),
  oldest,
}
